"""All published configs. To add one, add an object to `CONFIGS`."""

from chithi.records.layout import REGISTRIES
from chithi.rows.config import Config
from chithi.rows.passes import PassesConfig
from chithi.rows.registries import RegistryConfig
from chithi.rows.requests import RequestsConfig
from chithi.rows.statements import StatementsConfig
from chithi.rows.tokens import TokensConfig

CONFIGS: tuple[Config, ...] = (
    StatementsConfig(),
    RequestsConfig(),
    TokensConfig(),
    PassesConfig(),
    *(RegistryConfig(name) for name in REGISTRIES),
)
DEFAULT = next(config for config in CONFIGS if config.default)


def config_of(name: str) -> Config:
    """A config by its name. Raises ValueError for an unknown name."""
    for config in CONFIGS:
        if config.name == name:
            return config
    raise ValueError(f"no config {name!r}: there are {', '.join(config.name for config in CONFIGS)}")
