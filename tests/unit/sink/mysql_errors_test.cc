#include "sink/mysql_errors.h"

#include "unit/catch.h"

namespace streamworker::sink {
namespace {

TEST_CASE("errors are told apart by code") {
  for (const unsigned code : {1205U, 1213U, 1021U, 1114U, 1317U, 1969U, 3572U})
    CHECK(cause_of(code) == MysqlCause::Transient);
  for (const unsigned code : {1040U, 1036U, 1290U, 1927U, 2002U, 2006U, 2013U, 5014U})
    CHECK(cause_of(code) == MysqlCause::Lost);
  for (const unsigned code : {1044U, 1045U, 1142U, 1227U, 2061U})
    CHECK(cause_of(code) == MysqlCause::Denied);
  for (const unsigned code : {1049U, 1054U, 1146U, 1364U})
    CHECK(cause_of(code) == MysqlCause::Schema);
  for (const unsigned code : {1048U, 1062U, 1264U, 1366U, 1406U, 1526U, 1644U, 4025U})
    CHECK(cause_of(code) == MysqlCause::Row);
  for (const unsigned code : {0U, 1U, 1064U, 2014U, 65535U})
    CHECK(cause_of(code) == MysqlCause::Other);
}

TEST_CASE("an error says its code and what to do") {
  const Error away = error_of({2002, "connection refused at localhost:3306"});
  CHECK(away.remedy == Remedy::Retry);
  CHECK(away.message == "2002: connection refused at localhost:3306");
  CHECK(error_of({1146, "Table 'a.b' doesn't exist"}).remedy == Remedy::Stop);
  CHECK(error_of({1064, "syntax"}).remedy == Remedy::Stop);
}

}  // namespace
}  // namespace streamworker::sink
