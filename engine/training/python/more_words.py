"""Adds words to the table of a work folder that came from a weights folder: those of the world and of `words_more.txt` that it lacks.

usage: more_words.py --world PATH [--work train-work]
changes WORK/text_table.pt and the table in WORK/dit.pt. The new words come last, so that no row moves and no
encoded caption changes. Colours lie too near to each other in these vectors (scarlet beside violet): a word that would be read as one is
left out, for no colour is better than another.
"""

import argparse
import os
from pathlib import Path

import torch
import torch.nn.functional as F

import checkpoint
import world
from text_table import rows_for

COLOURS = "red orange yellow green blue purple pink white brown black crimson golden violet grey blond".split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", required=True)
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    args = parser.parse_args()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    state = torch.load(args.work / "text_table.pt", weights_only=True)
    words, table = state["words"], state["table"]
    listed = (Path(__file__).parent / "words_more.txt").read_text().split()
    listed = list(dict.fromkeys(world.words(args.world) + listed))
    there = {*words, *listed}  # the engine finds a plural by its singular
    new = [word for word in listed if word not in set(words) and not (word.endswith("s") and word[:-1] in there)]

    added = rows_for(new, words, table)
    trained = F.normalize(table[1 : state["trained"]], dim=1)
    nearest = (F.normalize(added, dim=1) @ trained.T).argmax(1) + 1
    fits = [i for i, row in enumerate(nearest.tolist()) if words[row] not in COLOURS]
    new, table = [new[i] for i in fits], torch.cat([table, added[fits]])
    print(f"{len(new)} words added, {len(added) - len(new)} left out as colours")
    torch.save(state | {"words": words + new, "table": table}, args.work / "text_table.pt")
    dit = checkpoint.load(args.work / "dit.pt")
    for part in ("model", "ema"):
        dit[part]["text.table"] = table.clone()
    torch.save(dit, args.work / "dit.pt")


if __name__ == "__main__":
    main()
