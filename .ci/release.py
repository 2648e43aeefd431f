"""Lays out the folder that is given away: release.py [OUT], after `cargo build --release`.

In OUT (`target/dist`), one folder and its archive: the program, its pages and completions, the licences of all that
is built in (text by text, as the crates carry them) and a bill of materials (CycloneDX 1.5, ECMA-424). The same
sources give the same files, but for the program, which is as reproducible as the compiler makes it.
"""

import gzip
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target" / "release" / "inkbind"
LICENCE = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense)", re.I)
SHELLS = {"bash": "inkbind.bash", "zsh": "_inkbind", "fish": "inkbind.fish"}


def said(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def built_in(target):
    """The packages that the program is made of (macros leave nothing of themselves in it), ours first."""
    meta = json.loads(said("cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target))
    packages = {p["id"]: p for p in meta["packages"]}
    nodes = {n["id"]: n for n in meta["resolve"]["nodes"]}
    root = meta["resolve"]["root"]
    found, edges, coming = {}, {}, [root]
    while coming:
        this = coming.pop()
        if this in found or any("proc-macro" in t["kind"] for t in packages[this]["targets"]):
            continue
        found[this] = packages[this]
        wanted = [d["pkg"] for d in nodes[this]["deps"] if any(k["kind"] is None for k in d["dep_kinds"])]
        edges[this] = wanted
        coming += wanted
    edges = {i: [w for w in wanted if w in found] for i, wanted in edges.items()}
    order = sorted(found, key=lambda i: (i != root, found[i]["name"], found[i]["version"]))
    return [found[i] for i in order], edges


def address(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def sums():
    """SHA-256 of each package as its registry gives it, from Cargo.lock."""
    lock = (ROOT / "Cargo.lock").read_text()
    entry = re.compile(r'name = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([^"]+)"')
    return {(name, version): checksum for name, version, checksum in entry.findall(lock)}


def bill(packages, edges, checksums):
    """The bill of materials."""
    by_id = {p["id"]: address(p) for p in packages}

    def component(package):
        out = {
            "type": "library", "bom-ref": address(package), "purl": address(package),
            "name": package["name"], "version": package["version"],
        }
        if package.get("license"):
            out["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
        if checksum := checksums.get((package["name"], package["version"])):
            out["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        if package.get("repository"):
            out["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
        return out

    fonts = [
        {
            "type": "data", "bom-ref": f"font:{folder.name}", "name": folder.name,
            "licenses": [{"license": {"id": "OFL-1.1"}}],
        }
        for folder in sorted((ROOT / "fonts").iterdir()) if (folder / "OFL.txt").exists()
    ]
    ours = component(packages[0]) | {"type": "application"}
    depends = [{"ref": by_id[p["id"]], "dependsOn": sorted(by_id[d] for d in edges[p["id"]])} for p in packages]
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": ours},
        "components": [component(p) for p in packages[1:]] + fonts,
        "dependencies": depends,
    }


def licences(packages, folder):
    """Each package's licence texts, in a folder of its name. What carries none is told by its expression."""
    for package in packages[1:]:
        home = pathlib.Path(package["manifest_path"]).parent
        texts = sorted(p for p in home.iterdir() if p.is_file() and LICENCE.match(p.name))
        to = folder / f"{package['name']}-{package['version']}"
        to.mkdir(parents=True)
        for text in texts:
            shutil.copyfile(text, to / text.name)
        if not texts:
            (to / "LICENCE").write_text(f"{package['license']}\n{package.get('repository') or ''}\n")
    for text in sorted((ROOT / "fonts").glob("*/OFL.txt")):
        to = folder / f"font-{text.parent.name}"
        to.mkdir()
        shutil.copyfile(text, to / text.name)
    for source in sorted((ROOT / "src" / "typeset" / "hyphen").glob("*.txt")):
        said_there = [line[1:].strip() for line in source.read_text().splitlines() if line.startswith("#")]
        to = folder / f"hyphenation-{source.stem}"
        to.mkdir()
        (to / "LICENCE").write_text("\n".join(said_there) + "\n")


def pages(folder):
    """Manual pages and completions, as the program itself prints them."""
    for part in ("man", "completions"):
        (folder / part).mkdir()
    (folder / "man" / "inkbind.1").write_text(said(PROGRAM, "man"))
    commands = re.findall(r"^  ([a-z]+) ", said(PROGRAM, "--help").split("Commands:")[1].split("\n\n")[0], re.M)
    for command in commands:
        if command != "help":
            (folder / "man" / f"inkbind-{command}.1").write_text(said(PROGRAM, "man", command))
    for shell, name in SHELLS.items():
        (folder / "completions" / name).write_text(said(PROGRAM, "completions", shell))


def packed(folder):
    """The archive: names in order, no owner, no time."""
    archive = folder.with_name(folder.name + ".tar.gz")
    with open(archive, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as stream:
        with tarfile.open(fileobj=stream, mode="w") as tar:
            for path in sorted(folder.rglob("*")):
                entry = tar.gettarinfo(path, path.relative_to(folder.parent))
                entry.uid = entry.gid = entry.mtime = 0
                entry.uname = entry.gname = ""
                entry.mode = 0o755 if path.is_dir() or path.name == "inkbind" else 0o644
                if path.is_file():
                    with open(path, "rb") as content:
                        tar.addfile(entry, content)
                else:
                    tar.addfile(entry)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(archive.name + ".sha256").write_text(f"{digest}  {archive.name}\n")
    return archive


def main():
    if not PROGRAM.exists():
        sys.exit(f"{PROGRAM} is missing: run `cargo build --release` first")
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "target" / "dist"
    target = re.search(r"host: (\S+)", said("rustc", "-vV"))[1]
    packages, edges = built_in(target)
    folder = out / f"inkbind-{packages[0]['version']}-{target}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(PROGRAM, folder / "inkbind")
    (folder / "inkbind").chmod(0o755)
    for name in ("README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE-MIT", "LICENSE-APACHE", "docs/third-party.md"):
        shutil.copyfile(ROOT / name, folder / pathlib.Path(name).name)
    pages(folder)
    licences(packages, folder / "licences")
    materials = bill(packages, edges, sums())
    (folder / "bom.cdx.json").write_text(json.dumps(materials, indent=1, ensure_ascii=False) + "\n")
    archive = packed(folder)
    print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB, {len(packages) - 1} crates and their licences")


if __name__ == "__main__":
    main()
