// `streamworker query`: SQL over the tables of a running worker.
#include <iostream>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/result_table.h"
#include "codec/json_answer.h"
#include "http/client.h"

namespace streamworker::cli {

namespace {

constexpr Duration kPatience = std::chrono::seconds(30);  // the worker's own is 10 s
constexpr int kOk = 200;
constexpr int kLater = 503;

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos && !text.empty()) return text;
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

std::string csv_field(const JsonAnswer::Value& value) {
  if (const auto* const number = std::get_if<int64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* const number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* const text = std::get_if<std::string>(&value)) return csv_field(*text);
  return {};  // null: nothing; an empty text is ""
}

template <class Fields>
void print_csv(const Fields& fields) {
  const char* before = "";
  for (const auto& field : fields) {
    std::cout << before << csv_field(field);
    before = ",";
  }
  std::cout << "\n";
}

void print(const JsonAnswer& answer, const std::string& form) {
  if (form == "table") {
    std::cout << table_text({answer.columns, answer.rows});
    return;
  }
  print_csv(answer.columns);
  for (const auto& row : answer.rows) print_csv(row);
}

}  // namespace

int query(const FileOptions& options, const QueryOptions& wanted) {
  const config::File file = load(options);
  const auto answered =
      http::post({file.http_host, file.http_port, file.http_token}, "/sql", wanted.sql, kPatience);
  if (!answered) {
    std::cerr << "streamworker: " << answered.error().message
              << ": is the worker running, and does it listen there (http.listen, --http-port)?\n";
    return kUnavailable;
  }
  const auto answer = read_json_answer(answered->body);
  if (!answer) {
    std::cerr << "streamworker: what answers there is no worker with tables (status "
              << answered->status << ")\n";
    return kFailed;
  }
  if (answered->status != kOk) {
    std::cerr << "streamworker: " << log::redact(answer->error) << "\n";
    return answered->status == kLater ? kUnavailable : kFailed;
  }
  if (wanted.form == "json")
    std::cout << answered->body << "\n";
  else
    print(*answer, wanted.form);
  return kDone;
}

}  // namespace streamworker::cli
