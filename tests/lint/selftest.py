"""lint.self: each check finds a planted fault, and finds nothing in a tree without one."""

import os
import tempfile
import unittest

import layers
import size
import texts

CLEAN = {
    "src/CMakeLists.txt": "foreach(folder base log log/kafka\n   app)\nendforeach()\n",
    "src/base/CMakeLists.txt": "streamworker_folder(base SOURCES a.cc NEEDS fmt::fmt)\n",
    "src/base/a.h": "#include <vector>\n#include <sys/stat.h>\n#include <unistd.h>\n",
    "src/base/a.cc": '#include "base/a.h"\n#include <fmt/format.h>\n',
    "src/log/CMakeLists.txt": "streamworker_folder(log SOURCES log.cc USES base)\n",
    "src/log/log.cc": '#include "base/a.h"\n',
    "src/log/log.h": "#include <string>\n",
    "src/log/kafka/CMakeLists.txt":
        "streamworker_folder(log/kafka\n  SOURCES k.cc\n  USES base log\n  NEEDS PkgConfig::rdkafka)\n",
    "src/log/kafka/k.cc":
        '#include "log/log.h"\n#include "base/a.h"\n#include <librdkafka/rdkafka.h>\n',
    "src/main.cc": '#include "log/log.h"\n',
}


class Planted(unittest.TestCase):
    def tree_with(self, **changes):
        folder = tempfile.TemporaryDirectory(prefix="lint-")
        self.addCleanup(folder.cleanup)
        for path, content in {**CLEAN, **changes.get("files", {})}.items():
            full = os.path.join(folder.name, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(content)
        return folder.name

    def layer_errors(self, path, content):
        return "\n".join(layers.Layers(self.tree_with(files={path: content})).check())

    def text_errors(self, content):
        return "\n".join(texts.check(self.tree_with(files={"deploy/x.sh": content})))


class Layers(Planted):
    def test_clean(self):
        self.assertEqual(layers.Layers(self.tree_with()).check(), [])

    def test_include_not_declared(self):
        said = self.layer_errors("src/base/a.h", '#include "log/log.h"\n')
        self.assertIn('base includes "log/log.h", but its USES has no log', said)

    def test_declared_below(self):
        said = self.layer_errors("src/base/CMakeLists.txt",
                                 "streamworker_folder(base SOURCES a.cc USES log)\n")
        self.assertIn("USES log, which is not above it", said)

    def test_declared_unknown(self):
        said = self.layer_errors("src/log/CMakeLists.txt",
                                 "streamworker_folder(log SOURCES log.cc USES base util)\n")
        self.assertIn("USES util, which is not above it", said)

    def test_declared_and_unused(self):
        said = self.layer_errors("src/log/log.cc", "#include <string>\n")
        self.assertIn("USES base, but includes nothing of it", said)

    def test_library_in_two_folders(self):
        said = self.layer_errors("src/log/log.h", "#include <fmt/core.h>\n")
        self.assertIn("fmt: error: included by more than one folder: "
                      "src/base/a.cc, src/log/log.h", said)

    def test_library_with_two_names(self):
        root = self.tree_with(files={"src/base/b.cc": "#include <sqlite3.h>\n",
                                     "src/log/b.cc": "#include <sqlite3ext.h>\n"})
        self.assertIn("sqlite3: error: included by more", "\n".join(layers.Layers(root).check()))

    def test_not_from_src(self):
        said = self.layer_errors("src/log/log.h", '#include "../base/a.h"\n')
        self.assertIn('"../base/a.h" is not a path from src/', said)

    def test_folder_not_listed(self):
        self.assertIn("its folder is not in", self.layer_errors("src/util/a.h", "\n"))


class Texts(Planted):
    def test_clean(self):
        self.assertEqual(self.text_errors("cp /etc/x /usr/lib/y\nsee work/z, /rooted, a/work/b\n"), "")

    def test_machine_path(self):
        for path in ("ro" "ot", "ho" "me", "wo" "rk"):
            self.assertIn("deploy/x.sh:2: error", self.text_errors(f"\ncd /{path}/me/x\n"))

    def test_registry(self):
        for host in ("deb.debian" ".org", "repo1.maven" ".org", "pypi" ".org"):
            self.assertIn("a registry's address", self.text_errors(f"get https://{host}/x\n"))

    def test_note(self):
        for note in ("TO" "DO", "FIX" "ME"):
            self.assertIn("a note to self", self.text_errors(f"# {note}: later\n"))


class Size(Planted):
    def test_limits(self):
        root = self.tree_with(files={"src/base/long.cc": "\n" * 501, "src/base/warn.cc": "\n" * 301})
        errors, warnings = size.check(root)
        self.assertEqual(errors, ["src/base/long.cc: error: 501 lines; the limit is 500"])
        self.assertEqual(warnings, ["src/base/warn.cc: warning: 301 lines; aim for 300"])


if __name__ == "__main__":
    unittest.main()
