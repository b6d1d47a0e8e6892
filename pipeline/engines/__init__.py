"""Where the parts of a stage are worked on: processes of this machine, or a cluster."""
