"""Who may depend on whom (ARCHITECTURE.md, "Arrows"), and which crate owns which outside library.

A new arrow is a decision: change it here and in the decision log in the same commit.
"""

import json
import subprocess
import sys

# Normal and build dependencies between our packages.
ARROWS = {
    "kinora": {"kinora-billing", "kinora-store", "kinora-spec", "kinora-media", "kinora-worker", "kinora-engine", "kinora-stripe"},
    "kinora-billing": {"kinora-store"},
    "kinora-stripe": {"kinora-billing"},
    "kinora-fake-stripe": set(),
    "kinora-worker": {"kinora-spec", "kinora-media"},
    "kinora-engine": {"kinora-spec"},
    "kinora-media": {"kinora-spec"},
    "kinora-spec": set(),
    "kinora-store": set(),
    "kinora-client": set(),
    "kinora-world": {"kinora-spec"},
}
# Outside libraries by prefix, and the packages that may name them.
HOMES = {
    "actix": {"kinora", "kinora-fake-stripe"},
    "diesel": {"kinora-store", "kinora-billing", "kinora"},
    "burn": {"kinora-engine"},
    "async-stripe": {"kinora-stripe"},
}
# The web side of `kinora` never sees a tensor, nor Stripe: only these files may name the engine, the worker or Stripe.
WIRING = {"api/src/main.rs", "api/src/cli/"}

meta = json.loads(subprocess.run(
    ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"], check=True, capture_output=True, text=True).stdout)
faults = []
ours = {package["name"] for package in meta["packages"]}
for package in meta["packages"]:
    name = package["name"]
    if name not in ARROWS:
        faults.append(f"{name} is not in the list of arrows")
        continue
    for dependency in package["dependencies"]:
        target, kind = dependency["name"], dependency["kind"]
        if kind == "dev":
            continue
        if target in ours and target not in ARROWS[name]:
            faults.append(f"arrow {name} -> {target} is not allowed")
        for prefix, homes in HOMES.items():
            if target.startswith(prefix) and name not in homes:
                faults.append(f"{target} belongs to {sorted(homes)}, not to {name}")

grep = subprocess.run(["git", "grep", "-lE", r"kinora_(engine|worker|stripe)", "--", "api/src"], capture_output=True, text=True).stdout
for path in filter(None, grep.split("\n")):
    if not any(path.startswith(allowed) for allowed in WIRING):
        faults.append(f"{path} names the engine, the worker or Stripe; only {sorted(WIRING)} may")



def features(*scope: str) -> set[str]:
    """Each outside package with the features it is built with."""
    command = ["cargo", "tree", "--locked", "--prefix", "none", "--format", "{p}|{f}", *scope]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.removesuffix(" (*)") for line in lines if "(/" not in line}


# `cargo run` and `cargo test --workspace` share a build only of packages that have the same features in both.
for twice in sorted(features("-p", "kinora", "-e", "normal,build") - features("--workspace", "-e", "normal,build,dev")):
    faults.append(f"{twice} is built a second time for the tests, with other features")

if faults:
    sys.exit("\n".join(faults))
print(f"{len(ours)} packages, no arrow outside the list")
