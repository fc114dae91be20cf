"""What the plain chart has to know of well-known stores: their port, the number of their user, where they write.

From the images' own documentation; a store that is not here is deployed as its compose entry says.
"""

from pydantic import BaseModel, ConfigDict


class Store(BaseModel):
    """One kind of store."""

    model_config = ConfigDict(frozen=True)

    tag: str
    """The version to take when none was named."""
    port: int
    user: int
    writable: tuple[str, ...] = ("/tmp",)  # noqa: S108 - in the container
    environment: dict[str, str] = {}


_STORES = {
    "redis": Store(tag="8", port=6379, user=999, writable=("/tmp", "/data")),  # noqa: S108
    "valkey": Store(tag="8", port=6379, user=999, writable=("/tmp", "/data")),  # noqa: S108
    "postgres": Store(
        tag="17",
        port=5432,
        user=999,
        writable=("/tmp", "/var/run/postgresql"),  # noqa: S108
        environment={"PGDATA": "/var/lib/postgresql/data/pgdata"},  # the volume's root holds lost+found
    ),
    "mysql": Store(tag="8.4", port=3306, user=999, writable=("/tmp", "/var/run/mysqld")),  # noqa: S108
    "mariadb": Store(tag="11.8", port=3306, user=999, writable=("/tmp", "/run/mysqld")),  # noqa: S108
    "mongo": Store(tag="8", port=27017, user=999),
}


def store_of(image: str) -> Store | None:
    """The store that an image is, by the last part of its name."""
    return _STORES.get(image.split("@")[0].split("/")[-1].split(":")[0])
