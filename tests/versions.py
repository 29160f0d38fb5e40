"""Opens a built dataset with the installed version of `datasets`: `python versions.py DATASET`.

Needs nothing but `datasets`, so .ci/run can start it where an old version is installed. Every config and split is
loaded plain and streaming. Both must give the same rows, as many as the card says, and the names of the tags.
"""

import sys
import tempfile

import datasets


def check(folder: str, config: str, cache: str) -> int:
    """Loads a config both ways and returns how many rows it has."""
    loaded = datasets.load_dataset(folder, config, cache_dir=cache)
    streamed = datasets.load_dataset(folder, config, cache_dir=cache, streaming=True)
    assert list(loaded) == list(streamed), (config, loaded, streamed)
    for split, rows in loaded.items():
        assert rows.num_rows == rows.info.splits[split].num_examples, (config, split)
        assert rows.to_list() == list(streamed[split]), (config, split)
        if config == "tokens":
            assert rows.features["ner_tags"].feature.names[:3] == ["O", "B-SPEAKER", "I-SPEAKER"]
            assert streamed[split].features["request_tags"].feature.int2str(1) == "B-INSTRUCT"
        if config == "statements":
            assert isinstance(rows[0]["requests"], list)  # a list of structs, not a struct of lists
    return sum(rows.num_rows for rows in loaded.values())


if __name__ == "__main__":
    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        rows = {config: check(sys.argv[1], config, cache) for config in datasets.get_dataset_config_names(sys.argv[1])}
    counts = ", ".join(f"{config} {n}" for config, n in rows.items())
    print(f"datasets {datasets.__version__}: plain and streaming, {counts}")
