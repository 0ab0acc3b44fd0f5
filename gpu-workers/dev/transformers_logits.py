"""Logits of a model directory by transformers, as a fixture for TransformersParityTest.

    python gpu-workers/dev/transformers_logits.py MODEL_DIR IMAGE QUESTION... > FIXTURE.json

Needs torch, transformers and pillow. Opens the directory unmodified as a
LlavaForConditionalGeneration with its own processor and prints, for every question, the token ids
and the logits after the last one, computed in float32.
"""

import argparse
import base64
import json
import sys


def fixture(model_dir, image_file, questions):
    import torch
    import transformers
    from PIL import Image

    model = transformers.LlavaForConditionalGeneration.from_pretrained(model_dir, dtype=torch.float32).eval()
    processor = transformers.AutoProcessor.from_pretrained(model_dir)
    image = Image.open(image_file).convert("RGB")
    cases = []
    for question in questions:
        prompt = f"USER: <image>\n{question} ASSISTANT:"
        inputs = processor(images=image, text=prompt, return_tensors="pt")
        with torch.no_grad():
            logits = model(**inputs).logits[0, -1]
        cases.append({"question": question, "ids": inputs["input_ids"][0].tolist(), "logits": logits.tolist()})
    with open(image_file, "rb") as file:
        png = base64.b64encode(file.read()).decode()
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    json.dump({"versions": versions, "image": png, "cases": cases}, sys.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model_dir")
    parser.add_argument("image")
    parser.add_argument("questions", nargs="+")
    options = parser.parse_args()
    fixture(options.model_dir, options.image, options.questions)


if __name__ == "__main__":
    main()
