"""`python -m pipeline.evaluate docs/evaluation.json`: write the Markdown beside an evaluation again; measures nothing."""

import json
import sys
from pathlib import Path

from pipeline.evaluate.document import document

if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.with_suffix(".md").write_text(document(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    print(path.with_suffix(".md"))
