"""Makes the reference outputs of search by text in this folder: a small byte-pair vocabulary in the two forms that
transformers reads, the tokens of texts, and text and picture embeddings of small CLIPs of transformers and open_clip.

  python make_text.py                     needs what make.py needs, and tokenizers, ftfy
  python make_text.py --large FOLDER      writes CLIP's own vocabulary, as open_clip ships it, and tokens of texts into
                                          FOLDER; they are too large for this one

Weights and pictures are those of make.py's formula. `texts.json` holds [text, tokens, whether it was cut to 77].
`text.json` holds of each network the configuration that lies beside the weights, the names of its tensors, tokens, text
embeddings of unit length, projected pictures of unit length, and the cosines (pictures, texts).
"""

import gzip
import json
import os
import sys

import make
import numpy as np
import open_clip
import torch
import transformers
from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

START, END = "<|startoftext|>", "<|endoftext|>"
PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
MERGES = 140
LENGTH = 20

CORPUS = [
    "a photo of a cat", "a photo of a dog", "a photo of the old harbour at night", "two boats in the water",
    "a drawing of three birds on a branch", "the street after the rain", "it's raining, isn't it?",
    "they're there; we've seen them, I'll wait and she'd come", "a red car beside a blue house", "photos from 1998",
    "children playing football on the beach", "a close-up photo of a flower", "the photograph of a photographer",
]

TEXTS = [
    "a photo of a cat", "A Photo OF a CAT", "  a\tphoto\n\n of  a\u00a0cat  ", "cat", "", " ", "a", "photograph", "xylophone",
    "it's", "isn't they're we've I'm she'll he'd dog's", "IT'S RAINING", "rock'n'roll", "'s", "''", "don\u2019t",
    "1998", "room 101b", "3.14159", "\u0663\u0664 \u00bd \u216b", "hello, world!", "wait... what?!", "#hashtag @user a_b-c/d", "100% (sure)",
    "caf\u00e9", "cafe\u0301", "na\u00efve \u00dcbung \u00df \u1e9e", "\u0130stanbul", "\u039f\u0394\u039f\u03a3 \u03a3", "\u041c\u043e\u0441\u043a\u0432\u0430", "\u6771\u4eac\u306e\u6df1\u3044\u591c", "\u0e41\u0e21\u0e27",
    "\U0001f431 cat \U0001f431\u200d\U0001f4bb", "\U0001d400bc", "\ufb01sh \uff21\uff22", "\u00e9\u0301\u0323", "na\u00efve\u2003wide\u3000space\u2028line", "a\u200bb\u00adc",
    "<|startoftext|>", "a <|endoftext|> b", "tab\tand\x0bmore\x0c", "\u0301alone", "a" * 90, "cat " * 40, "caf\u00e9 12 " * 30,
    "&amp; <b>bold</b>", "\\ \" ` ~ ^ |", "\u20ac5 \u00a37 \u00a5",
]


def merges():
    """Byte-pair merges of the corpus, as OpenAI's: from letters and letters that end a word."""
    alphabet = list(bytes_to_unicode().values())
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    trainer = trainers.BpeTrainer(vocab_size=10_000, min_frequency=2, end_of_word_suffix="</w>", initial_alphabet=alphabet,
                                  show_progress=False)
    tokenizer.train_from_iterator(CORPUS * 2, trainer)
    found = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(pair) for pair in found[:MERGES]]


def large_merges():
    file = os.path.join(os.path.dirname(open_clip.__file__), "bpe_simple_vocab_16e6.txt.gz")
    lines = gzip.open(file).read().decode("utf-8").split("\n")
    return [tuple(line.split()) for line in lines[1:49152 - 256 - 2 + 1]]


def tokenizer(pairs):
    letters = list(bytes_to_unicode().values())
    names = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in pairs] + [START, END]
    vocabulary = {name: i for i, name in enumerate(names)}
    assert len(vocabulary) == len(names)
    return vocabulary, transformers.CLIPTokenizer(vocab=vocabulary, merges=pairs)


def write_tokenizer(folder, pairs):
    vocabulary, made = tokenizer(pairs)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "vocab.json"), "w") as out:
        json.dump(vocabulary, out)
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as out:
        out.write("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in pairs))
    made.backend_tokenizer.save(os.path.join(folder, "tokenizer.json"), pretty=False)
    rows = []
    for text in TEXTS:
        whole = made(text)["input_ids"]
        rows.append([text, made(text, truncation=True, max_length=77)["input_ids"], len(whole) > 77])
    with open(os.path.join(folder, "texts.json"), "w") as out:
        json.dump(rows, out, separators=(",", ":"))
        out.write("\n")
    return vocabulary, made, rows


def tokens(made):
    texts = ["a photo of a cat", "two boats", "it's a dog", "a <|endoftext|> b", "", "the street after the rain " * 5]
    return [made(text, truncation=True, max_length=LENGTH)["input_ids"] for text in texts]


def padded(rows, value):
    return torch.tensor([row + [value] * (LENGTH - len(row)) for row in rows])


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


def case(model, config, names, rows, text, pictures):
    make.write_shapes(names, model)
    text, pictures = unit(text.double()), unit(pictures.double())
    return {"config": config, "tensors": names, "tokens": rows, "texts": text.tolist(), "pictures": pictures.tolist(),
            "cosines": (pictures @ text.T).tolist()}


def of_transformers(rows, size, act, eos):
    tower = dict(hidden_size=make.WIDTH, intermediate_size=4 * make.WIDTH, num_attention_heads=make.HEADS, hidden_act=act)
    config = transformers.CLIPConfig(
        text_config=dict(tower, num_hidden_layers=3, vocab_size=size, max_position_embeddings=LENGTH, eos_token_id=eos),
        vision_config=dict(tower, num_hidden_layers=make.DEPTH, image_size=make.SIZE, patch_size=make.PATCH),
        projection_dim=10)
    model = make.filled(transformers.CLIPModel(config))
    ids = padded(rows, size - 1)
    mask = (torch.arange(LENGTH) < torch.tensor([[len(row)] for row in rows])).long()
    out = model(input_ids=ids, attention_mask=mask, pixel_values=make.inputs(make.SIZE))
    kept = {"text_config": {k: config.to_dict()["text_config"][k] for k in
                            ("hidden_act", "num_attention_heads", "eos_token_id")},
            "vision_config": {"hidden_act": act}}
    return model, kept, out.text_embeds, out.image_embeds


def of_open_clip(rows, size, quick):
    text = dict(context_length=LENGTH, vocab_size=size, width=make.WIDTH, heads=make.HEADS, layers=3)
    vision = dict(image_size=make.SIZE, layers=make.DEPTH, width=make.WIDTH, head_width=make.WIDTH // make.HEADS,
                  patch_size=make.PATCH)
    model = make.filled(open_clip.model.CLIP(10, vision, text, quick_gelu=quick))
    kept = {"model_cfg": {"quick_gelu": quick, "text_cfg": {"heads": make.HEADS}}}
    return model, kept, model.encode_text(padded(rows, 0)), model.encode_image(make.inputs(make.SIZE))


def main():
    vocabulary, made, _ = write_tokenizer(os.path.join(make.HERE, "tokenizer"), merges())
    rows, size, end = tokens(made), len(vocabulary), vocabulary[END]
    networks = {
        "transformers": of_transformers(rows, size, "quick_gelu", end),
        "transformers-gelu-eos2": of_transformers(rows, size, "gelu", 2),
        "open_clip": of_open_clip(rows, size, False),
        "open_clip-quickgelu": of_open_clip(rows, size, True),
    }
    cases = {}
    for name, (model, config, text, pictures) in networks.items():
        names = ("open_clip" if name.startswith("open_clip") else "transformers") + "-whole.tensors.txt"
        cases[name] = case(model, config, names, rows, text, pictures)
        print(name, np.array(cases[name]["cosines"]).round(3).tolist(), flush=True)
    with open(os.path.join(make.HERE, "text.json"), "w") as out:
        json.dump({"networks": cases}, out, separators=(",", ":"))
        out.write("\n")


def large(folder):
    _, made, rows = write_tokenizer(folder, large_merges())
    theirs = SimpleTokenizer()
    different = [text for text, ids, cut in rows
                 if not cut and [made.bos_token_id] + theirs.encode(text) + [made.eos_token_id] != ids]
    print(len(rows), "texts; open_clip's own tokenizer differs for", different)


if __name__ == "__main__":
    with torch.no_grad():
        large(sys.argv[2]) if sys.argv[1:2] == ["--large"] else main()
