"""Claims for storage."""

from typing import Any

from kora.language.creation.metadata import read_pairs
from kora.language.creation.scan import Scan, memory

_MODES = {"readwriteonce": "ReadWriteOnce", "rwo": "ReadWriteOnce", "readwritemany": "ReadWriteMany", "rwx": "ReadWriteMany", "readonlymany": "ReadOnlyMany", "rox": "ReadOnlyMany", "readwriteoncepod": "ReadWriteOncePod", "rwop": "ReadWriteOncePod"}  # fmt: skip
_MODE = r"(?P<mode>read ?-?write ?-?once ?-?pod|read ?-?write ?-?once|read ?-?write ?-?many|read ?-?only ?-?many|rwop|rwo|rwx|rox)"


_MEANT = {
    "ReadWriteMany": r"(?:(?:that|which|can|be|so|may|it|to|by|is|and) )*(?:(?:multiple|several|many|all|different) (?:nodes|pods|machines)(?: (?:can|may|to|must|should|will|both|read|write|and|it|mount|use|access|shared?|in|at|the|once|same|time|simultaneously|concurrently|from))+|(?:read|written|shared|mounted|accessed|writable|readable|read-write)(?: (?:and|read|written|write|writable|to|from|by|across|on|between))* (?:multiple|several|many|all|different) (?:nodes|pods|machines)(?: (?:at once|simultaneously|concurrently|at the same time))?)",
    "ReadOnlyMany": r"read[ -]only (?:by|from|on|for) (?:multiple|several|many|all) (?:nodes|pods|machines)",
    "ReadWriteOnce": r"(?:(?:that|which|can|be|may|it|to|by|is|and) )*(?:read|written|mounted|writable|used|read-write)(?: (?:and|read|written|write|by|only|from|on))* (?:a )?(?:single|one) (?:node|machine)(?: (?:at a time|only))?",
}  # fmt: skip
"""Access modes as people say them."""


def read_claim(scan: Scan) -> dict[str, Any]:
    """The slots of a PersistentVolumeClaim."""
    fields: dict[str, Any] = {}
    modes = [
        _MODES[found["mode"].lower().replace(" ", "").replace("-", "")]
        for found in scan.take_all(
            rf"(?:(?:with|and|in|using|the|an?|of) )*(?:access ?-?modes?<is>)?{_MODE}(?: access)?(?: ?mode)?"
        )
    ]
    for mode, words in _MEANT.items():
        if not modes and scan.take(words):
            modes.append(mode)
    if modes:
        fields["access_modes"] = modes
    if scan.take(r"(?:(?:of|with|and|having|in|from) )*the same (?:storage ?)?class(?: ?name)?"):
        fields["storage_class"] = "same"
    found = scan.take(
        r"(?:(?:with|and|using|from|of|in|on|the|use) )*storage ?-?class(?: ?name)?<is>(?:named |called )?<name:class>",
        r"(?:with |and |using |of |in )*class(?: ?name)?<is>(?:named |called )?<name:class>",
        r"(?:(?:with|and|using|from|of|in|on|use) )+<the><name:class> (?:storage ?class|class)",
    )
    if found is not None:
        fields["storage_class"] = found["class"]
    if scan.take(r"(?:(?:of|with|and|having) )*the same (?:size|capacity)"):
        fields["size"] = "same"
    volume_mode = scan.take(r"(?:with |and )*volume ?mode<is>(?P<mode>block|filesystem)")
    if volume_mode is not None:
        fields["volume_mode"] = volume_mode["mode"].capitalize()
    bound = scan.take(
        r"(?:(?:bound|bind|binding|to|from|using) )+<the>(?:persistent ?volume|pv|volume) (?:named |called )?<name:volume>"
    )
    if bound is not None:
        fields["volume_name"] = bound["volume"]
    size = scan.take(
        r"(?:(?:of|with|for|requesting|requests?|asking|a|the|size|storage|capacity|disk|space|and|is|should|be|which|that|needs|has|request) ?:? ?)*<qty:size>(?: (?:of )?(?:persistent )?(?:storage|disk(?: space)?|space|capacity|size|volume|in size))*"
    )
    if size is not None:
        fields["size"] = memory(size["size"])
    return {"fields": fields}


def read_volume(scan: Scan) -> dict[str, Any]:
    """The slots of a PersistentVolume."""
    reclaim = _reclaim(scan)
    nfs = scan.take(
        r"nfs(?: (?:server|share|volume|from|on|at|by|exported|export|served|of|hosted))*<is>(?P<server>[a-z0-9][\w.-]*\w)(?::<path:share>)?"
    )
    path = scan.take(
        r"(?:host|local|node)(?:'s)? ?-?(?:path|directory|folder)?(?: volume)?<is><path:path>",
        r"(?:path|directory|folder|at|on|under)<is><path:path>",
        r"<path:path>(?: on <the>(?:host|node))?",
    )
    fields: dict[str, Any] = read_claim(scan)["fields"] | reclaim
    if nfs is not None:
        fields["nfs_server"] = nfs["server"]
    where = (nfs["share"] if nfs is not None else None) or (path["path"] if path is not None else None)
    if where:
        fields["host_path"] = where
    scan.take_all(r"host ?-?path|nfs")
    return {"fields": fields}


def _reclaim(scan: Scan) -> dict[str, Any]:
    found = scan.take(
        r"(?:persistent ?volume ?)?reclaim ?-?policy<is>(?P<policy>retain|delete|recycle)",
        r"(?:and |but |it |should |must |be )*(?P<kept>keep|kept|preserv\w+|surviv\w+|retain\w*)(?: (?:it|its|the|data|volume|disk|content|contents|them))* (?:when|after|once|even if|if|even when)(?: \w+){0,3}? (?:claims?|pvcs?)(?: (?:is|are|gets?|has|been))* ?(?:deleted|gone|removed|released|deletion)?",
        r"(?P<policy>retain|delete|recycle)(?:s|ing|ed)? (?:the |its |all )*(?:volumes?|data|disks?)(?: (?:after|when|on|once)(?: \w+){1,5})?",
        r"(?P<kept>retained)(?= ?(?:[,.;]|$))",
        r"(?P<policy>retain|delete|recycle) (?:persistent ?volume ?)?(?:reclaim ?-?)?policy",
    )
    if found is None:
        return {}
    return {"reclaim": "Retain" if found.groupdict().get("kept") else found["policy"].capitalize()}


def read_storage_class(scan: Scan) -> dict[str, Any]:
    """The slots of a StorageClass."""
    fields: dict[str, Any] = _reclaim(scan)
    found = scan.take(
        r"provisioner<is>(?P<name>[a-z0-9][\w.-]*(?:/[\w.-]+)?\w)",
        r"(?:by|with|using|of) <the>(?P<name>[a-z0-9.-]+/[\w.-]+) provisioner",
        r"provisioned by <the>(?P<name>[a-z0-9.-]+/[\w.-]+)",
    )
    if found is not None:
        fields["provisioner"] = found["name"]
    parameters = read_pairs(
        scan,
        r"(?:with |and )?<the>parameters?(?: of| are| is)?(?: ?[:=])?(?=[\s\"'`{]*[A-Za-z0-9][\w./-]*[\"'`]?\s*(?:=|:))",
    )
    if parameters:
        fields["parameters"] = parameters
    binding = scan.take(
        r"(?:volume ?)?binding ?-?mode<is>(?P<mode>wait ?-?for ?-?first ?-?consumer|immediate)",
        r"(?P<mode>wait ?-?for ?-?first ?-?consumer)(?: binding)?(?: mode)?",
        r"(?P<mode>immediate)(?: volume)? binding(?: mode)?",
        r"(?:bind(?:s|ing)?|bound|provision(?:s|ed)?|wait(?:s|ing)?)(?: (?:to|volumes?|only|it|them|until|when|once|with|is|are|the|a|for|on))* (?P<mode>first (?:consum\w+|used?|pod)|immediate(?:ly)?)",
    )
    if binding is not None:
        fields["binding"] = "Immediate" if binding["mode"].lower().startswith("i") else "WaitForFirstConsumer"
    scan.take(r"(?:and |but |it is |is |make it )*(?:not|never)(?: be)?(?: the| a| as)? default(?: class| one)?")
    if scan.take(
        r"(?:allow(?:s|ing)? |with )?volume ?expansion(?: ?(?:enabled|allowed|[:=] ?true|is allowed))?|allow ?volume ?expansion(?: ?[:=] ?true)?|allow(?:s|ing)? (?:volumes? (?:to )?)?(?:expansion|expand|resiz\w+|grow\w*)|expandable|volumes (?:to|can) be expanded"
    ):
        fields["expansion"] = True
    return {"fields": fields}
