"""Files become documents and rejects: `stage.read`. The one stage that reads outside files."""
