#include "sink/script.h"

#include "base/format.h"
#include "unit/catch.h"

namespace streamworker::sink {
namespace {

// "1: SELECT 1|3: SELECT 2"
std::string parts(Dialect dialect, std::string_view text) {
  const Script script = take_apart(dialect, text);
  std::string out;
  for (const ScriptStatement& one : script.statements)
    out += fmt::format("{}{}: {}", out.empty() ? "" : "|", one.line, one.text);
  for (const ScriptFault& one : script.faults) out += fmt::format("!{}: {}", one.line, one.message);
  return out;
}
std::string mysql(std::string_view text) { return parts(Dialect::Mysql, text); }
std::string sqlite(std::string_view text) { return parts(Dialect::Sqlite, text); }

TEST_CASE("statements end with a semicolon, but not in quotes and comments") {
  CHECK(mysql("SELECT 1;\nSELECT 2") == "1: SELECT 1|2: SELECT 2");
  CHECK(mysql("SELECT ';', \";\", `;` ; SELECT 2;") == "1: SELECT ';', \";\", `;`|1: SELECT 2");
  CHECK(mysql("SELECT 'it''s \\';' -- ; no\n, 1 /* ; */ # ;\n;") ==
        "1: SELECT 'it''s \\';' -- ; no\n, 1 /* ; */ # ;");
  CHECK(mysql("SELECT 1--1;SELECT 2") == "1: SELECT 1--1|1: SELECT 2");
  CHECK(mysql(";; ;\r\n ; SELECT 1 ;\r\n") == "2: SELECT 1");
  CHECK(mysql("").empty());
  CHECK(mysql("-- nothing;\n# at all;\n/* ; */\n").empty());
  CHECK(mysql("-- before\n\n/* it */ SELECT 1;") == "3: SELECT 1");
  CHECK(mysql("/*!40101 SET NAMES utf8; */;\nSELECT 1") ==
        "1: /*!40101 SET NAMES utf8; */|2: SELECT 1");
}

TEST_CASE("DELIMITER says what ends statements") {
  CHECK(mysql("DELIMITER $$\nCREATE PROCEDURE p() BEGIN\n SELECT '$$'; END$$\n  delimiter ;\nCALL "
              "p();") == "2: CREATE PROCEDURE p() BEGIN\n SELECT '$$'; END|5: CALL p()");
  CHECK(mysql("DELIMITER //\r\nSELECT 1; //\r\nDELIMITER ;\r\nSELECT 2;") ==
        "2: SELECT 1;|4: SELECT 2");
  CHECK(mysql("DELIMITER ;;\n-- a ;; comment\n/*!50003 CREATE TRIGGER t BEGIN a; b; END */;;\n"
              "DELIMITER ;\n") == "3: /*!50003 CREATE TRIGGER t BEGIN a; b; END */");
  CHECK(mysql("DELIMITER $$ and more\nSELECT 1$$SELECT 2") == "2: SELECT 1|2: SELECT 2");
  // Within a statement it is a word like others.
  CHECK(mysql("SELECT\nDELIMITER\nFROM t;") == "1: SELECT\nDELIMITER\nFROM t");
  CHECK(mysql("DELIMITERS;") == "1: DELIMITERS");
  CHECK(mysql("SELECT 1;\nDELIMITER\nSELECT 2;") ==
        "1: SELECT 1|3: SELECT 2!2: DELIMITER needs what ends statements from here on");
}

TEST_CASE("on SQLite a trigger's body is one statement") {
  CHECK(sqlite("CREATE TABLE a (b);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM a;\n  "
               "SELECT ';';\nEND;\nSELECT 1") ==
        "1: CREATE TABLE a (b)|2: CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM a;\n  "
        "SELECT ';';\nEND|6: SELECT 1");
  CHECK(sqlite("--;no\n/* ; */ SELECT 1; -- done") == "2: SELECT 1");
  CHECK(sqlite("SELECT 'a;b', [c;d];") == "1: SELECT 'a;b', [c;d]");
  CHECK(sqlite("DELIMITER $$;") == "1: DELIMITER $$");
}

}  // namespace
}  // namespace streamworker::sink
