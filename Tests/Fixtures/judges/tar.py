"""Makes tar.gz files that a careful reader refuses, and good ones; lists what an archive holds.

tar.py make RECIPE FILE [FORMAT]    tar.py list FILE
"""
import hashlib
import io
import sys
import tarfile

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def entry(name, kind=tarfile.REGTYPE, link="", pax=None):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.pax_headers = kind, link, pax or {}
    return info


def make(recipe, path, form="pax"):
    long_name = "top/" + "d" * 60 + "/" + "n" * 60 + ".log"
    recipes = {
        "good": [entry("top", tarfile.DIRTYPE), entry("top/a.log"), entry(long_name)],
        "absolute": [entry("/etc/passwd")],
        "parent": [entry("../a")],
        "parent-inside": [entry("top/../../a")],
        "dot": [entry("top/./a")],
        "symlink": [entry("top/a", tarfile.SYMTYPE, "/etc/passwd")],
        "hardlink": [entry("top/a"), entry("top/b", tarfile.LNKTYPE, "top/a")],
        "fifo": [entry("top/a", tarfile.FIFOTYPE)],
        "device": [entry("top/a", tarfile.CHRTYPE)],
        "duplicate": [entry("top/a"), entry("top/a")],
        "backslash": [entry("top\\..\\a")],
        "newline": [entry("top/a\nb")],
        "long-traversal": [entry("top/" + "x/" * 60 + "../" * 70 + "a")],
        "pax-traversal": [entry("top/a", pax={"path": "../a"})],
        "sparse": [entry("top/a", pax={"GNU.sparse.major": "1", "GNU.sparse.minor": "0"})],
    }
    with tarfile.open(path, "w:gz", format=FORMATS[form]) as archive:
        for info in recipes[recipe]:
            data = b"text\n" if info.isreg() else b""
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def show(path):
    with tarfile.open(path, "r:gz") as archive:
        for info in archive:
            data = archive.extractfile(info).read() if info.isreg() else b""
            assert info.uid == 0 and info.gid == 0, info
            print(info.type.decode(), info.mode, info.mtime, len(data), hashlib.sha256(data).hexdigest(), ascii(info.name))


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    show(sys.argv[2])
