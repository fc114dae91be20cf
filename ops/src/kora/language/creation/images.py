"""Names of container images: what people say without the word "image", and the words that introduce one."""

KNOWN_IMAGES = "|".join(
    [
        "nginx",
        "busybox",
        "alpine",
        "redis",
        "postgres",
        "mysql",
        "mariadb",
        "mongo",
        "httpd",
        "python",
        "node",
        "ubuntu",
        "debian",
        "memcached",
        "rabbitmq",
        "golang",
        "perl",
        "bash",
        "tomcat",
        "haproxy",
        "traefik",
        "caddy",
        "openjdk",
        "fluentd",
        "consul",
        "vault",
        "elasticsearch",
        "kibana",
        "grafana",
    ]
)
"""Only names of images, no versions."""
IMAGE_WORDS = frozenset(
    [
        "image",
        "images",
        "run",
        "runs",
        "running",
        "use",
        "uses",
        "using",
        "from",
        "on",
        "based",
        "with",
        "of",
        "executing",
        "deploy",
    ]
)
