"""Files of at most 400 lines; generated files and tests apart. A file that must grow is split by what it does."""

import pathlib
import subprocess
import sys

LINES_MAX = 400
SUFFIXES = {".rs", ".py", ".sh", ".ts", ".js", ".mjs", ".sql", ".md"}
APART = ("tests/", "benches/", "schema.rs", "LICENSE", "/generated/")

tracked = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout.split("\n")
long = []
for name in filter(None, tracked):
    path = pathlib.Path(name)
    if path.suffix not in SUFFIXES or any(part in name for part in APART) or not path.exists():
        continue
    lines = path.read_text(encoding="utf-8").count("\n")
    if lines > LINES_MAX:
        long.append(f"{lines:5} {name}")
if long:
    sys.exit("files over %d lines:\n%s" % (LINES_MAX, "\n".join(sorted(long, reverse=True))))
print(f"no file over {LINES_MAX} lines")
