// The added functions, each with its nulls and its edges.
#include "unit/catch.h"
#include "unit/sql/evaluate.h"

namespace streamworker::sql {

TEST_CASE("sql: added functions") {
  Bench bench;
  const auto [expression, expected] = GENERATE(table<std::string, std::string>({
      {"regexp('^a.c$', 'abc')", "1"},
      {"'abc' REGEXP 'b'", "1"},
      {"'abc' REGEXP '^b'", "0"},
      {"'abc' NOT REGEXP '^b'", "1"},
      {"NULL REGEXP 'b'", "NULL"},
      {"'abc' REGEXP NULL", "NULL"},
      {"'äöü' REGEXP '^.{3}$'", "1"},
      {"'ö' REGEXP '[ä]'", "0"},
      {"12345 REGEXP '^\\d+$'", "1"},
      {"regexp_extract('order-17-b', '(\\w+)-(\\d+)')", "'order-17'"},
      {"regexp_extract('order-17-b', '(\\w+)-(\\d+)', 2)", "'17'"},
      {"regexp_extract('größe: 5 €', ': (.*)$', 1)", "'5 €'"},
      {"regexp_extract('abc', 'x')", "NULL"},
      {"regexp_extract('abc', '(x)|b', 1)", "NULL"},
      {"regexp_extract(NULL, 'x')", "NULL"},
      {"split_part('a,b,c', ',', 1)", "'a'"},
      {"split_part('a,b,c', ',', 3)", "'c'"},
      {"split_part('a,b,c', ',', 4)", "''"},
      {"split_part('a,b,c', ',', -1)", "'c'"},
      {"split_part('a,b,c', ',', -4)", "''"},
      {"split_part('a--b', '--', 2)", "'b'"},
      {"split_part('abc', '', 1)", "'abc'"},
      {"split_part('abc', '', 2)", "''"},
      {"split_part('', ',', 1)", "''"},
      {"split_part(NULL, ',', 1)", "NULL"},
      {"mask('4111 1111', 4)", "'*****1111'"},
      {"mask('secret')", "'******'"},
      {"mask('größe', 3)", "'**öße'"},
      {"mask('ab', 5)", "'ab'"},
      {"mask('ab', -1)", "'**'"},
      {"mask('')", "''"},
      {"mask(NULL, 1)", "NULL"},
      {"sha256('abc')", "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'"},
      {"sha256('')", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"},
      {"sha256(x'616263') = sha256('abc')", "1"},
      {"sha256(NULL)", "NULL"},
      {"unhex('4a4B')", "base64 Sks="},
      {"unhex('4')", "NULL"},
      {"unhex('zz')", "NULL"},
      {"unhex(NULL)", "NULL"},
      {"base64_decode('aGk=')", "base64 aGk="},
      {"base64_decode('a')", "NULL"},
      {"base64_decode(NULL)", "NULL"},
      {"base64_encode('hi')", "'aGk='"},
      {"base64_encode(x'ff')", "'/w=='"},
  }));
  CAPTURE(expression);
  CHECK(bench.text(expression) == expected);
}

TEST_CASE("sql: functions of time") {
  Bench bench;
  const auto [expression, expected] = GENERATE(table<std::string, std::string>({
      {"parse_timestamp('31.01.2026 13:05', '%d.%m.%Y %H:%M')", "'2026-01-31 13:05:00.000'"},
      {"parse_timestamp('31.01.2026 13:05', '%d.%m.%Y %H:%M', 'Europe/Berlin')",
       "'2026-01-31 12:05:00.000'"},
      {"parse_timestamp('1769860800', 'unix')", "'2026-01-31 12:00:00.000'"},
      {"parse_timestamp(1769860800.5, 'unix')", "'2026-01-31 12:00:00.500'"},
      {"parse_timestamp('yesterday', '%d.%m.%Y')", "NULL"},
      {"parse_timestamp(NULL, '%d.%m.%Y')", "NULL"},
      {"date_trunc('second', '2026-05-14 13:05:59.999')", "'2026-05-14 13:05:59.000'"},
      {"date_trunc('minute', '2026-05-14 13:05:59')", "'2026-05-14 13:05:00.000'"},
      {"date_trunc('hour', '2026-05-14 13:05:59')", "'2026-05-14 13:00:00.000'"},
      {"date_trunc('day', '2026-05-14 13:05:59')", "'2026-05-14 00:00:00.000'"},
      {"date_trunc('week', '2026-05-14 13:05:59')", "'2026-05-11 00:00:00.000'"},
      {"date_trunc('week', '2026-05-11')", "'2026-05-11 00:00:00.000'"},
      {"date_trunc('week', '2026-05-17 23:59:59')", "'2026-05-11 00:00:00.000'"},
      {"date_trunc('week', '1969-12-31')", "'1969-12-29 00:00:00.000'"},
      {"date_trunc('month', '2026-05-14 13:05:59')", "'2026-05-01 00:00:00.000'"},
      {"date_trunc('quarter', '2026-05-14 13:05:59')", "'2026-04-01 00:00:00.000'"},
      {"date_trunc('year', '2026-05-14 13:05:59')", "'2026-01-01 00:00:00.000'"},
      {"date_trunc('hour', '1969-12-31 23:30:00')", "'1969-12-31 23:00:00.000'"},
      {"date_trunc('day', 'never')", "NULL"},
      {"date_trunc('day', NULL)", "NULL"},
      {"epoch_ms('1970-01-01 00:00:01.5')", "1500"},
      {"epoch_ms('1969-12-31 23:59:59.999')", "-1"},
      {"epoch_ms('2026-01-31T12:00:00+02:00')", "1769853600000"},
      {"epoch_ms(1500)", "1500"},
      {"epoch_ms('never')", "NULL"},
      {"epoch_ms(NULL)", "NULL"},
  }));
  CAPTURE(expression);
  CHECK(bench.text(expression) == expected);
}

TEST_CASE("sql: parts of a URL") {
  Bench bench;
  bench.field("u", Type::String,
              Value::of_string("https://me@example.com:8443/a/b?q=1%2B1&name=J%C3%B6+D&e#top"));
  bench.field("v6", Type::String, Value::of_string("http://[::1]/x"));
  const auto [expression, expected] = GENERATE(table<std::string, std::string>({
      {"url_part(u, 'scheme')", "'https'"},
      {"url_part(u, 'user')", "'me'"},
      {"url_part(u, 'host')", "'example.com'"},
      {"url_part(u, 'port')", "8443"},
      {"url_part(u, 'path')", "'/a/b'"},
      {"url_part(u, 'query')", "'q=1%2B1&name=J%C3%B6+D&e'"},
      {"url_part(u, 'fragment')", "'top'"},
      {"url_part(u, '?q')", "'1+1'"},
      {"url_part(u, '?name')", "'Jö D'"},
      {"url_part(u, '?e')", "''"},
      {"url_part(u, '?none')", "NULL"},
      {"url_part(v6, 'host')", "'[::1]'"},
      {"url_part(v6, 'port')", "NULL"},
      {"url_part('/only/path', 'host')", "NULL"},
      {"url_part('/only/path', 'path')", "'/only/path'"},
      {"url_part('mailto:a@b', 'scheme')", "'mailto'"},
      {"url_part('', 'path')", "''"},
      {"url_part('http://h:abc/', 'port')", "NULL"},
      {"url_part('http://h/?a=%zz', '?a')", "'%zz'"},
      {"url_part(NULL, 'host')", "NULL"},
  }));
  CAPTURE(expression);
  CHECK(bench.text(expression) == expected);
}

TEST_CASE("sql: regular expressions are bounded") {
  Bench bench;
  const std::string longest(16 * 1024, 'a');
  bench.field("s", Type::String, Value::of_string(longest));
  CHECK(bench.text("s REGEXP '^(a|b)*$'") == "1");
  CHECK(bench.text("substr(s, 1, 200) REGEXP '^(a+)+$'") == "1");
  CHECK(bench.text("(substr(s, 1, 200) || 'b') REGEXP '^(a+)+$'") == "0");
  CHECK(bench.text("(s || 'b') REGEXP 'x'") ==
        "error: a text of 16385 bytes is too long (at most 16384)");
  CHECK(fault(bench, "'x' REGEXP '" + std::string(1001, 'a') + "'")
            .find("a pattern of 1001 bytes is too long (at most 1000)") != std::string::npos);
  CHECK(fault(bench, "'aa' REGEXP '(a)\\1'") != "ok");
}

TEST_CASE("sql: a pattern may be a field") {
  Bench bench;
  bench.field("p", Type::String, Value::of_string("a"));
  Expressions step = bench.compile("'abc' REGEXP p");
  Value out;
  for (const auto& [pattern, expected] :
       std::vector<std::pair<std::string_view, int64_t>>{{"a", 1}, {"x", 0}, {"c$", 1}}) {
    bench.row[0] = Value::of_string(pattern);
    REQUIRE(step.run(bench.row.data(), bench.meta, bench.arena, &out));
    CHECK(out.as_int() == expected);
  }
  bench.row[0] = Value::of_string("(");
  const auto failed = step.run(bench.row.data(), bench.meta, bench.arena, &out);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().remedy == Remedy::Skip);
}

}  // namespace streamworker::sql
