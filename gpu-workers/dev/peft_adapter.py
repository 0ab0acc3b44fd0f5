"""Shows that an adapter and PEFT understand each other; run by hand, no part of the build.

    python gpu-workers/dev/peft_adapter.py check MODEL_DIR ADAPTER_DIR
    python gpu-workers/dev/peft_adapter.py fixture MODEL_DIR IMAGE QUESTION > FIXTURE.json

Needs torch, transformers, peft, safetensors and pillow. `check` loads an adapter that a trainer
wrote, and fails where PEFT leaves a tensor of the file unused, finds one missing, or holds other
values than the file. `fixture` has PEFT make an adapter with random values, saves it as PEFT does,
and prints both files with the logits of the adapted model, for PeftParityTest.
"""

import argparse
import base64
import json
import pathlib
import sys
import tempfile


def base_model(directory):
    import torch
    import transformers

    return transformers.LlavaForConditionalGeneration.from_pretrained(directory, dtype=torch.float32).eval()


def check(model_dir, adapter_dir):
    import peft
    import torch
    from safetensors.torch import load_file

    model = peft.PeftModel.from_pretrained(base_model(model_dir), adapter_dir)
    held = peft.get_peft_model_state_dict(model)
    stored = load_file(pathlib.Path(adapter_dir) / "adapter_model.safetensors")
    unused = sorted(set(stored) - set(held))
    missing = sorted(set(held) - set(stored))
    differing = sorted(name for name in set(held) & set(stored) if not torch.equal(held[name].float(), stored[name].float()))
    nonzero = sum(int(t.abs().sum() > 0) for t in stored.values())
    print(f"peft {peft.__version__}: {len(stored)} tensors, {nonzero} not zero")
    for title, names in (("unused", unused), ("missing", missing), ("differing", differing)):
        print(f"{title}: {len(names)} {names[:3]}")
    return 1 if unused or missing or differing else 0


def fixture(model_dir, image_file, question):
    import peft
    import torch
    import transformers
    from PIL import Image

    torch.manual_seed(5)
    config = peft.LoraConfig(r=2, lora_alpha=6, target_modules=r".*language_model\..*\.(q_proj|down_proj)", task_type="CAUSAL_LM")
    model = peft.get_peft_model(base_model(model_dir), config)
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    model.eval()
    processor = transformers.AutoProcessor.from_pretrained(model_dir)
    image = Image.open(image_file).convert("RGB")
    inputs = processor(images=image, text=f"USER: <image>\n{question} ASSISTANT:", return_tensors="pt")
    with torch.no_grad():
        logits = model(**inputs).logits[0, -1]
    with tempfile.TemporaryDirectory() as scratch:
        model.save_pretrained(scratch)
        files = {name: (pathlib.Path(scratch) / name).read_bytes() for name in ("adapter_config.json", "adapter_model.safetensors")}
    with open(image_file, "rb") as file:
        png = file.read()
    encoded = {name: base64.b64encode(content).decode() for name, content in files.items()}
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    json.dump({"versions": versions, "image": base64.b64encode(png).decode(), "question": question, "logits": logits.tolist(), **encoded}, sys.stdout)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    checking = commands.add_parser("check", help="compare an adapter's file with what PEFT makes of it")
    checking.add_argument("model_dir")
    checking.add_argument("adapter_dir")
    checking.set_defaults(run=lambda o: check(o.model_dir, o.adapter_dir))
    making = commands.add_parser("fixture", help="print an adapter of PEFT's with its logits")
    making.add_argument("model_dir")
    making.add_argument("image")
    making.add_argument("question")
    making.set_defaults(run=lambda o: fixture(o.model_dir, o.image, o.question))
    options = parser.parse_args()
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
