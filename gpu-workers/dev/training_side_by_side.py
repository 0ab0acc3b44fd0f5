"""Samples a second of a fine-tuning step: ours and a loop of transformers and PEFT, in turns.

    python gpu-workers/dev/training_side_by_side.py [--rounds 5] [--seconds 20]

From the repository's root, after `mvn -q -DskipTests package`. Needs torch, transformers and peft.
Both sides train the shipped model with rank 8 on the attention projections over the samples of
gpu-workers/benchmarks, 32 a step, with pixels of noise, tokenized ahead. A round runs each way
once, so that a noisy machine is noisy for all; figures are medians over the rounds, with the least
and the greatest.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "gpu-workers/models/tiny-llava"
SAMPLES = ROOT / "gpu-workers/benchmarks/src/main/resources/dev/dataengine/workers/train/samples.tsv"
BATCH = 32
WARM_UP_SECONDS = 5
DECODER = r".*language_model\..*\.(q_proj|k_proj|v_proj|o_proj)"


def peft_samples_per_second(dtype, seconds):
    """What a PEFT user would write: padded batches, the model's own loss, AdamW, clipping."""
    import peft
    import torch
    import transformers

    torch.manual_seed(1)
    base = transformers.LlavaForConditionalGeneration.from_pretrained(MODEL, dtype=getattr(torch, dtype))
    lora = peft.LoraConfig(r=8, lora_alpha=16, lora_dropout=0.05, target_modules=DECODER)
    model = peft.get_peft_model(base, lora).train()
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=1e-3)
    batches = peft_batches(torch, transformers, base.dtype)
    trained, at, begun = 0, 0, None
    start = time.perf_counter()
    while begun is None or time.perf_counter() - begun < seconds:
        model(**batches[at % len(batches)]).loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        at += 1
        if begun is None and time.perf_counter() - start >= WARM_UP_SECONDS:
            begun = time.perf_counter()
        elif begun is not None:
            trained += BATCH
    return trained / (time.perf_counter() - begun)


def peft_batches(torch, transformers, dtype):
    processor = transformers.AutoProcessor.from_pretrained(MODEL)
    tokenizer = processor.tokenizer
    size = processor.image_processor.size["height"]
    tokens = (size // processor.patch_size) ** 2
    lines = [line.split("\t") for line in SAMPLES.read_text().splitlines()]
    batches = []
    for start in range(0, len(lines) - BATCH + 1, BATCH):
        rows = []
        for _, question, answer in lines[start : start + BATCH]:
            image = processor.image_token * tokens
            prompt = tokenizer(f"USER: {image}\n{question} ASSISTANT:")["input_ids"]
            target = tokenizer(f" {answer}", add_special_tokens=False)["input_ids"] + [tokenizer.eos_token_id]
            rows.append((prompt + target, [-100] * len(prompt) + target))
        width = max(len(ids) for ids, _ in rows)
        pad = tokenizer.pad_token_id or 0
        batches.append(
            {
                "input_ids": torch.tensor([ids + [pad] * (width - len(ids)) for ids, _ in rows]),
                "attention_mask": torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in rows]),
                "labels": torch.tensor([labels + [-100] * (width - len(labels)) for _, labels in rows]),
                "pixel_values": torch.randn(BATCH, 3, size, size, dtype=dtype),
            }
        )
    return batches


def peft_apart(dtype, seconds):
    """In a process of its own, as ours is."""
    command = [sys.executable, __file__, "--peft", dtype, "--seconds", str(seconds)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def ours(precision, cached, seconds):
    target = ROOT / "gpu-workers/benchmarks/target"
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        command = ["java", "-cp", f"{target / 'classes'}:{(target / 'classpath.txt').read_text()}"]
        command += ["org.openjdk.jmh.Main", "FineTuneBenchmark", "-f", "1", "-wi", "1", "-w", str(WARM_UP_SECONDS)]
        command += ["-i", "1", "-r", str(seconds), "-p", f"precision={precision}", "-p", f"cached={cached}"]
        command += ["-rf", "json", "-rff", result.name]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        return json.load(result)[0]["primaryMetric"]["score"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--peft", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peft:
        print(peft_samples_per_second(options.peft, options.seconds))
        return
    seconds = int(options.seconds)
    ways = {
        "PEFT, float32": lambda: peft_apart("float32", seconds),
        "PEFT, bfloat16": lambda: peft_apart("bfloat16", seconds),
        "ours, float32": lambda: ours("FLOAT32", "true", seconds),
        "ours, bfloat16, features every time": lambda: ours("BFLOAT16", "false", seconds),
        "ours, bfloat16": lambda: ours("BFLOAT16", "true", seconds),
    }
    measured = {name: [] for name in ways}
    for number in range(options.rounds):
        for name, run in ways.items():
            measured[name].append(run())
            print(f"round {number + 1}  {name}: {measured[name][-1]:.1f}", file=sys.stderr, flush=True)
    best = max(("PEFT, float32", "PEFT, bfloat16"), key=lambda name: statistics.median(measured[name]))
    print(f"| samples/s of a step | median | least to greatest | of {best} in the same round |\n| --- | --- | --- | --- |")
    for name, values in measured.items():
        ratio = statistics.median(v / b for v, b in zip(values, measured[best]))
        print(f"| {name} | {statistics.median(values):.0f} | {min(values):.0f} to {max(values):.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
