"""Six ways to break a release: each ends with its one cause, evidence, a fix, its exit code, and the old version back.

The good release is shipped first, then again and with a change of the code, because those are what is measured.
"""

from pathlib import Path

import httpx
import pytest
from cluster.kora_up.shops import Run, Shop, new_shop, remove

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def good(taskora: Shop, folders: Path) -> Shop:
    """Shipped once."""
    run = taskora.up()
    assert run.code == 0, [*run.events[-1:], run.errors[-2000:]]
    print(f"\nfresh: {run.seconds:.1f} s {run.result['phases']}")
    return taskora


def address(shop: Shop) -> str:
    port = shop.kubectl("get", "service", "taskora-frontend", "-o", "jsonpath={.spec.ports[0].nodePort}")
    node = shop.kubectl("get", "nodes", "-o", "jsonpath={.items[0].status.addresses[?(@.type=='InternalIP')].address}")
    return f"http://{node}:{port}"


def versions(shop: Shop) -> str:
    path = "jsonpath={.items[*].metadata.resourceVersion}"
    return shop.kubectl("get", "service,secret,configmap", "-o", path)


def test_a_second_run_changes_nothing(good: Shop) -> None:
    before = good.kubectl(
        "get", "deployment,statefulset,service,secret", "-o", "jsonpath={.items[*].metadata.resourceVersion}"
    )
    run = good.up()
    assert run.code == 0, run.errors
    assert run.result["changed"] is False
    print(f"\nunchanged: {run.result['seconds']} s inside, {run.seconds:.1f} s with the start of Python")
    after = good.kubectl(
        "get", "deployment,statefulset,service,secret", "-o", "jsonpath={.items[*].metadata.resourceVersion}"
    )
    assert after == before


def test_a_change_of_the_code_is_rolled_out(good: Shop, folders: Path) -> None:
    source = folders / "backend/src/taskora/__init__.py"
    source.write_text(source.read_text() + "\n# changed\n")
    run = good.up()
    assert run.code == 0, run.errors
    assert run.result["changed"] is True
    assert run.result["revision"] == 2
    print(f"\nchanged: {run.seconds:.1f} s {run.result['phases']}")


def is_back(shop: Shop, run: Run) -> None:
    """The old version is in place and serves; the message says so."""
    assert "was brought back" in run.error["message"]
    assert run.error["fix"]
    assert run.error["details"]["evidence"]
    answer = httpx.get(f"{address(shop)}/api/health", timeout=20)
    assert answer.json()["status"] == "healthy"
    assert shop.kora("status", str(shop.folder)).returncode == 0


def derived(folders: Path, name: str, base: str, words: str) -> Path:
    """An image made of another one, with another start."""
    place = folders / name
    place.mkdir()
    (place / "Dockerfile").write_text(f"FROM {base}\n{words}\n")
    return place


def image_of(shop: Shop, workload: str) -> str:
    return shop.kubectl("get", workload, "-o", "jsonpath={.spec.template.spec.containers[0].image}")


def test_an_image_that_crashes(good: Shop, folders: Path) -> None:
    base = image_of(good, "deployment/taskora-frontend")
    words = 'CMD ["node", "-e", "console.error(\'cannot read the settings\'); process.exit(3)"]'
    context = good.document["services"]["frontend"]["build"]["context"]
    good.document["services"]["frontend"]["build"]["context"] = str(derived(folders, "crashing", base, words))
    good.write()
    run = good.up()
    good.document["services"]["frontend"]["build"]["context"] = context
    good.write()
    assert run.code == 24, run.events[-1]
    assert run.error["details"]["cause"] == "CrashLoop"
    assert "cannot read the settings" in str(run.error["details"]["evidence"])
    is_back(good, run)


def test_a_bad_probe(good: Shop) -> None:
    good.write(frontend__probes={"readiness": {"path": "/no-such-page"}, "startup": {"path": "/no-such-page"}})
    run = good.up()
    good.write()
    assert run.code == 25, run.events[-1]
    assert run.error["details"]["cause"] == "ProbeMisconfigured"
    assert "/no-such-page" in str(run.error)
    is_back(good, run)


def test_a_failing_migration(good: Shop, folders: Path) -> None:
    base = image_of(good, "deployment/taskora-backend")
    program = (
        "#!/usr/local/bin/python\n"
        "import os, sys\n"
        "if 'migrate' in sys.argv:\n"
        "    sys.exit('migration 0042: the column already exists')\n"
        "os.execv('/usr/local/bin/taskora', ['taskora', *sys.argv[1:]])\n"
    )
    context = good.document["services"]["backend"]["build"]["context"]
    words = "COPY --chmod=755 start.py /opt/first/taskora\nENV PATH=/opt/first:/usr/local/bin"
    place = derived(folders, "unmigratable", base, words)
    (place / "start.py").write_text(program)
    good.document["services"]["backend"]["build"]["context"] = str(place)
    good.write(migrations__backoffLimit=0)
    run = good.up()
    good.document["services"]["backend"]["build"]["context"] = context
    good.write()
    assert run.code == 26, run.events[-1]
    assert run.error["details"]["cause"] == "JobFailed"
    assert "the column already exists" in str(run.error["details"]["evidence"])
    is_back(good, run)


def test_a_missing_secret(good: Shop) -> None:
    good.write(secrets__existingSecret="taskora-secrets")
    run = good.up()
    good.write()
    assert run.code == 27, run.events[-1]
    assert run.error["details"]["cause"] == "SecretMissing"
    assert "taskora-secrets" in run.error["message"]
    is_back(good, run)


def test_a_wrong_pull_policy(good: Shop) -> None:
    images = good.document["chart"]["images"]
    kept = images["frontend"].pop("pull_policy")
    good.write(frontend__image={"pullPolicy": "Always"})
    run = good.up()
    images["frontend"]["pull_policy"] = kept
    good.write()
    assert run.code == 23, run.events[-1]
    assert run.error["details"]["cause"].startswith("Image")
    is_back(good, run)


def test_no_storage_class(folders: Path, tmp_path: Path) -> None:
    """A first installation: it is removed again, and the Secret stays for the next try."""
    (tmp_path / "shop").mkdir()
    shop = new_shop(tmp_path / "shop", folders, tmp_path / "home")
    try:
        shop.write(database__persistence__storageClass="no-such-class")
        run = shop.up()
        assert run.code == 28, run.events[-1]
        assert run.error["details"]["cause"] == "StorageClassMissing"
        assert "no-such-class" in run.error["message"]
        assert "removed again" in run.error["message"]
        assert shop.kubectl("get", "deployments", "-o", "name") == ""
        assert "taskora-secret" in shop.kubectl("get", "secrets", "-o", "name")
    finally:
        remove(shop.namespace)
