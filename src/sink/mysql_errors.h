// What to do about an error of MySQL, MariaDB or their client library, by its code alone. The text
// of an error is for people; it differs between versions and languages.
#pragma once

#include <string>

#include "base/result.h"

namespace streamworker::sink {

struct MysqlFault {
  unsigned code = 0;
  std::string text;  // as the server or the client library said it
};

enum class MysqlCause {
  Transient,  // roll back, try the batch again on this connection
  Lost,    // the connection or the server is away: connect again. Unknown outcome if it was COMMIT
  Denied,  // user, password, permission, configuration: a person must act
  Schema,  // no such table or column
  Row,     // a row does not fit
  Other,   // not known: a person must look
};

MysqlCause cause_of(unsigned code);
// "1146: Table 'shop.bids' doesn't exist"; Retry for the first two causes, else Stop.
Error error_of(const MysqlFault& fault);

}  // namespace streamworker::sink
