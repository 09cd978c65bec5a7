#include "sink/mysql_errors.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/format.h"

namespace streamworker::sink {
namespace {

struct Entry {
  unsigned code;
  MysqlCause cause;
};

constexpr MysqlCause kTransient = MysqlCause::Transient;
constexpr MysqlCause kLost = MysqlCause::Lost;
constexpr MysqlCause kDenied = MysqlCause::Denied;
constexpr MysqlCause kSchema = MysqlCause::Schema;
constexpr MysqlCause kRow = MysqlCause::Row;

// Sorted by code. 2000 to 2999 and 5000 to 5999 are the client library's.
constexpr auto kTable = std::to_array<Entry>({
    {1015, kTransient},  // cannot lock file
    {1020, kTransient},  // record has changed since last read
    {1021, kTransient},  // disk full
    {1022, kRow},        // duplicate key
    {1026, kTransient},  // error writing a file
    {1030, kTransient},  // error from the storage engine
    {1036, kLost},       // table is read-only
    {1037, kTransient},  // out of memory
    {1038, kTransient},  // out of sort memory
    {1040, kLost},       // too many connections
    {1041, kTransient},  // out of resources
    {1042, kLost},       // bad host
    {1043, kLost},       // bad handshake
    {1044, kDenied},     // access to the database denied
    {1045, kDenied},     // wrong user or password
    {1047, kLost},       // unknown command; Galera: node not ready
    {1048, kRow},        // column cannot be null
    {1049, kSchema},     // unknown database
    {1053, kLost},       // server shutdown in progress
    {1054, kSchema},     // unknown column
    {1062, kRow},        // duplicate entry
    {1077, kLost},       // normal shutdown
    {1079, kLost},       // shutdown complete
    {1080, kLost},       // forcing close of thread
    {1114, kTransient},  // table is full
    {1118, kRow},        // row too large
    {1129, kLost},       // host is blocked
    {1130, kDenied},     // host not allowed
    {1136, kSchema},     // column count does not match
    {1142, kDenied},     // command denied for table
    {1143, kDenied},     // command denied for column
    {1146, kSchema},     // no such table
    {1152, kLost},       // aborted connection
    {1153, kLost},       // packet too large: statements are cut to half of what the server said
    {1156, kLost},       // packets out of order
    {1157, kLost},       // cannot uncompress packet
    {1158, kLost},       // error reading packets
    {1159, kLost},       // timeout reading packets
    {1160, kLost},       // error writing packets
    {1161, kLost},       // timeout writing packets
    {1180, kTransient},  // error during COMMIT
    {1184, kLost},       // aborted connection
    {1203, kLost},       // user has too many connections
    {1205, kTransient},  // lock wait timeout: only the statement was rolled back
    {1206, kTransient},  // lock table full
    {1207, kLost},       // read-only transaction
    {1213, kTransient},  // deadlock
    {1216, kRow},        // the parent row is missing
    {1217, kRow},        // a child row refers to it
    {1226, kLost},       // user exceeded a resource
    {1227, kDenied},     // privilege missing
    {1243, kTransient},  // no such prepared statement: a proxy's server is another one now
    {1251, kDenied},     // authentication not supported
    {1263, kRow},        // null in a column that is not null
    {1264, kRow},        // out of range
    {1265, kRow},        // data truncated
    {1290, kLost},       // server is read-only (or another option forbids it)
    {1292, kRow},        // incorrect value
    {1300, kRow},        // invalid characters
    {1317, kTransient},  // query was interrupted
    {1364, kSchema},     // a column that must have a value gets none: of every row alike
    {1366, kRow},        // incorrect value for the column
    {1367, kRow},        // illegal value
    {1370, kDenied},     // procedure denied
    {1406, kRow},        // too long
    {1411, kRow},        // incorrect value for a function
    {1412, kTransient},  // table definition has changed
    {1441, kRow},        // time overflow
    {1451, kRow},        // a child row refers to it
    {1452, kRow},        // the parent row is missing
    {1461, kTransient},  // too many prepared statements
    {1525, kRow},        // incorrect value
    {1526, kRow},        // no partition of the table for this value
    {1586, kRow},        // duplicate entry
    {1613, kTransient},  // transaction rolled back: took too long
    {1614, kTransient},  // transaction rolled back: deadlock
    {1615, kTransient},  // statement needs to be prepared again
    {1637, kTransient},  // too many concurrent transactions
    {1644, kRow},        // SIGNAL: a trigger refuses the row
    {1689, kTransient},  // wait on a lock was aborted
    {1690, kRow},        // value out of range
    {1698, kDenied},     // access denied, no password
    {1748, kRow},        // no partition of the table for this row
    {1761, kRow},        // duplicate entry in a child table
    {1792, kLost},       // read-only transaction
    {1820, kDenied},     // password must be changed
    {1836, kLost},       // running in read-only mode
    {1859, kRow},        // duplicate entry
    {1862, kDenied},     // password expired
    {1874, kLost},       // InnoDB is read-only
    {1878, kTransient},  // error writing a temporary file
    {1906, kSchema},     // value for a generated column (MariaDB)
    {1918, kRow},        // bad data
    {1927, kLost},       // connection was killed
    {1969, kTransient},  // statement timeout (MariaDB)
    {2002, kLost},       // cannot connect
    {2003, kLost},       // cannot connect
    {2005, kLost},       // unknown host
    {2006, kLost},       // server has gone away
    {2012, kLost},       // error in the handshake
    {2013, kLost},       // lost connection during query
    {2026, kLost},       // TLS
    {2027, kLost},       // malformed packet
    {2055, kLost},       // lost connection
    {2059, kDenied},     // authentication plugin cannot be loaded
    {2061, kDenied},     // authentication plugin: error
    {3024, kTransient},  // statement timeout (MySQL)
    {3058, kTransient},  // deadlock on user locks
    {3100, kTransient},  // group replication: error on commit
    {3101, kTransient},  // group replication: rolled back
    {3105, kSchema},     // value for a generated column (MySQL)
    {3118, kDenied},     // account locked (MySQL)
    {3140, kRow},        // invalid JSON (MySQL)
    {3572, kTransient},  // NOWAIT
    {3819, kRow},        // CHECK failed (MySQL)
    {4025, kRow},        // CHECK failed (MariaDB)
    {4031, kLost},       // disconnected: idle
    {4151, kDenied},     // account locked (MariaDB)
    {5013, kLost},       // connection was closed (client library)
    {5014, kLost},       // connection was aborted (client library)
});
static_assert(std::is_sorted(kTable.begin(), kTable.end(),
                             [](const Entry& a, const Entry& b) { return a.code < b.code; }));

}  // namespace

MysqlCause cause_of(unsigned code) {
  const auto* const at =
      std::lower_bound(kTable.begin(), kTable.end(), code,
                       [](const Entry& entry, unsigned wanted) { return entry.code < wanted; });
  return at != kTable.end() && at->code == code ? at->cause : MysqlCause::Other;
}

Error error_of(const MysqlFault& fault) {
  const MysqlCause cause = cause_of(fault.code);
  const bool again = cause == MysqlCause::Transient || cause == MysqlCause::Lost;
  return {again ? Remedy::Retry : Remedy::Stop, fmt::format("{}: {}", fault.code, fault.text)};
}

}  // namespace streamworker::sink
