#!/usr/bin/python3
"""Plants a violation of each tidy rule in a small tree and expects the complaint."""

import pathlib
import tempfile
import unittest

import tidy

HEADER = "// What it is for.\n#pragma once\n"


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.write("src/base/CMakeLists.txt", "penstock_module(base SOURCES a.cpp)\n")
        self.write("src/base/a.h", HEADER)
        self.write("src/base/a.cpp", '#include "base/a.h"\n')
        self.write("src/relay/CMakeLists.txt", "penstock_module(relay SOURCES r.cpp DEPS base)\n")
        self.write("src/relay/r.cpp", '#include "base/a.h"\n')

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def complaints(self, rule):
        return list(rule(self.root))

    def test_a_clean_tree_has_no_complaints(self):
        for rule in tidy.RULES:
            self.assertEqual(self.complaints(rule), [], rule.__name__)

    def test_a_module_of_higher_rank_must_not_be_included(self):
        self.write("src/base/a.cpp", '#include "relay/r.h"\n')
        self.assertIn("rank 2", self.complaints(tidy.layering)[0])

    def test_a_module_of_the_same_rank_must_not_be_included(self):
        self.write("src/gate/g.cpp", '#include "apply/a.h"\n')
        self.assertEqual(len(self.complaints(tidy.layering)), 1)

    def test_an_include_must_be_among_the_declared_dependencies(self):
        self.write("src/relay/r.cpp", '#include "mysql/connection.h"\n')
        self.assertIn("DEPS", self.complaints(tidy.declared_dependencies)[0])

    def test_a_third_party_header_stays_in_its_home(self):
        self.write("src/relay/r.cpp", "#include <liburing.h>\n")
        self.assertIn("uring only", self.complaints(tidy.third_party_homes)[0])

    def test_a_source_must_be_named_in_cmake(self):
        self.write("src/base/forgotten.cpp", "")
        self.assertIn("forgotten.cpp", self.complaints(tidy.sources_in_cmake)[0])

    def test_a_commented_out_source_is_seen(self):
        self.write("src/base/CMakeLists.txt", "penstock_module(base SOURCES a.cpp\n# b.cpp\n)\n")
        self.assertEqual(len(self.complaints(tidy.no_commented_out_sources)), 1)

    def test_a_header_must_say_what_it_is_for(self):
        self.write("src/base/a.h", "#pragma once\n")
        self.assertEqual(len(self.complaints(tidy.headers_open_with_a_contract)), 1)

    def test_a_file_of_over_500_lines_is_too_long(self):
        self.write("src/base/a.cpp", "\n" * 501)
        self.assertIn("501 lines", self.complaints(tidy.sizes)[0])

    def test_a_line_of_over_100_columns_is_too_long(self):
        self.write("src/base/a.cpp", "/" * 101)
        self.assertIn("101 columns", self.complaints(tidy.sizes)[0])

    def test_two_errors_must_not_share_a_code(self):
        for module in ("base", "relay"):
            self.write(f"src/{module}/errors.h", HEADER + "inline constexpr ErrorCode e{1001};\n")
        self.assertIn("PST-1001", self.complaints(tidy.error_codes_are_unique)[0])

    def test_a_module_must_have_a_rank(self):
        self.write("src/misc/m.cpp", "")
        self.assertIn("rank table", self.complaints(tidy.known_modules)[0])

    def test_words_that_are_not_ours_are_seen(self):
        self.write("src/base/a.cpp", "// the upstream server\n")
        self.assertEqual(len(self.complaints(tidy.vocabulary)), 1)


if __name__ == "__main__":
    unittest.main()
