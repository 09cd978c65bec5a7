#include "sink/mysql_database.h"

#include <algorithm>
#include <charconv>

#include "base/format.h"
#include "sink/messages.h"
#include "sink/mysql_catalog.h"

namespace streamworker::sink {
namespace {

int64_t number(const MysqlConnection::Cell& cell) {
  int64_t value = 0;
  if (cell) std::from_chars(cell->data(), cell->data() + cell->size(), value);
  return value;
}

}  // namespace

Result<void> MysqlDatabase::connect() {
  if (connection_.is_open()) return {};
  if (auto fault = connection_.open(spec_)) return error_of(*fault);
  return {};
}

Result<void> MysqlDatabase::begin() {
  const bool fresh = !connection_.is_open();
  if (auto done = connect(); !done) return done;
  auto fault = connection_.run("BEGIN");
  if (fault && !fresh && cause_of(fault->code) == MysqlCause::Lost) {
    // The server ends idle sessions; nothing was under way.
    connection_.close();
    if (auto done = connect(); !done) return done;
    fault = connection_.run("BEGIN");
  }
  if (fault) return failed(*fault, "BEGIN");
  return {};
}

Error MysqlDatabase::failed(const MysqlFault& fault, const std::string& doing) {
  if (cause_of(fault.code) == MysqlCause::Lost) {
    connection_.close();
  } else {
    roll_back();
  }
  return context(error_of(fault), doing);
}

// A lock wait timeout undoes the statement only; COMMIT would then persist half of the batch.
void MysqlDatabase::roll_back() {
  if (connection_.is_open() && connection_.run("ROLLBACK")) connection_.close();
}

std::string MysqlDatabase::literal(const std::string& text) const {
  std::string out;
  append_text(text, connection_, out);
  return out;
}

std::string MysqlDatabase::where(const PartId& part) const {
  return fmt::format(" WHERE app = {} AND sink = {} AND topic = {} AND part = {}",
                     literal(part.app), literal(part.sink), literal(part.topic), part.partition);
}

Result<MysqlDatabase::Target*> MysqlDatabase::target_of(const Table& table) {
  const auto at = std::find_if(targets_.begin(), targets_.end(),
                               [&](const Target& target) { return target.table == table; });
  if (at != targets_.end()) return &*at;
  auto name = parse_table_name(table.name);
  if (!name) return name.error();
  targets_.push_back({table, *name, KeyOrder::Unknown, MysqlRows(*name, table)});
  return &targets_.back();
}

Result<std::vector<std::string>> MysqlDatabase::prepare(const Table& table) {
  auto target = target_of(table);
  if (!target) return target.error();
  // A session that was left alone may have ended; this is start, a new one costs nothing.
  connection_.close();
  if (auto done = connect(); !done) return done.error();
  MysqlCatalog catalog(connection_);
  if (auto done = catalog.prepare_offsets(); !done) {
    connection_.close();
    return done.error();
  }
  auto ready = catalog.prepare((*target)->name, table);
  if (!ready) {
    connection_.close();
    return ready.error();
  }
  (*target)->order = ready->order;
  return ready->warnings;
}

Result<Claim> MysqlDatabase::claim(const PartId& part, std::optional<Offset> start) {
  if (auto done = begin(); !done) return context(done.error(), "claiming the " + name_of(part));
  auto claimed = claim_row(part, start);
  if (!claimed) return context(claimed.error(), "claiming the " + name_of(part));
  // Whether it got through or not: a claim that is done again bumps the epoch again.
  if (auto fault = connection_.run("COMMIT"))
    return failed(*fault, "claiming the " + name_of(part) + ": COMMIT");
  return claimed;
}

Result<Claim> MysqlDatabase::claim_row(const PartId& part, std::optional<Offset> start) {
  const std::string incarnation = part.incarnation.empty() ? "NULL" : literal(part.incarnation);
  if (start) {
    auto fault = connection_.run(fmt::format(
        "INSERT INTO {} (app, sink, topic, part, next_offset, epoch, incarnation) VALUES ({}, {}, "
        "{}, {}, {}, 0, {}) ON DUPLICATE KEY UPDATE app = app",
        kOffsetsTable, literal(part.app), literal(part.sink), literal(part.topic), part.partition,
        *start, incarnation));
    if (fault) return failed(*fault, "INSERT");
  }
  auto position = read_position(part);
  if (!position) return position.error();
  if (!*position) return Claim{};
  if ((*position)->incarnation != part.incarnation) {
    roll_back();
    return other_incarnation(part, (*position)->incarnation);
  }
  const int64_t epoch = (*position)->epoch + 1;
  auto fault = connection_.run(
      fmt::format("UPDATE {} SET epoch = {}, owner = {}, updated_at = CURRENT_TIMESTAMP(3){}",
                  kOffsetsTable, epoch, literal(part.owner), where(part)));
  if (fault) return failed(*fault, "UPDATE");
  return Claim{true, (*position)->next, epoch};
}

Result<std::optional<MysqlDatabase::Position>> MysqlDatabase::read_position(const PartId& part) {
  MysqlConnection::Rows rows;
  auto fault = connection_.run(fmt::format("SELECT next_offset, epoch, incarnation FROM {}{} FOR "
                                           "UPDATE",
                                           kOffsetsTable, where(part)),
                               &rows);
  if (fault) return failed(*fault, "SELECT");
  if (rows.empty()) return std::optional<Position>();
  const auto& row = rows.front();
  return std::optional(Position{number(row[0]), number(row[1]), row[2].value_or("")});
}

Result<Written> MysqlDatabase::write(const PartId& part, const Claim& claim, Offset end,
                                     const Table& table, const Batch& rows) {
  auto target = target_of(table);
  if (!target) return target.error();
  if (auto done = fold(table, rows, (*target)->order, steps_); !done) return done.error();
  const Job job{part, claim, end, **target, rows};
  commit_unknown_ = false;
  auto written = transact(job);
  // The answer to COMMIT was lost. See the top of the header.
  if (!written && commit_unknown_) written = transact(job);
  if (!written) return context(written.error(), "writing to " + table.name);
  return written;
}

Result<Written> MysqlDatabase::transact(const Job& job) {
  if (auto done = begin(); !done) return done.error();
  auto moved = move_position(job);
  if (!moved) return moved.error();
  if (*moved != Moved::Yes) {
    roll_back();
    return *moved == Moved::Already ? Written::Done : Written::Fenced;
  }
  if (auto done = write_rows(job); !done) return done.error();
  if (auto fault = connection_.run("COMMIT")) {
    commit_unknown_ = cause_of(fault->code) == MysqlCause::Lost;
    return failed(*fault, "COMMIT");
  }
  return Written::Done;
}

Result<MysqlDatabase::Moved> MysqlDatabase::move_position(const Job& job) {
  auto fault = connection_.run(fmt::format(
      "UPDATE {} SET next_offset = {}, updated_at = CURRENT_TIMESTAMP(3){} AND epoch = {} AND "
      "next_offset = {}",
      kOffsetsTable, job.end, where(job.part), job.claim.epoch, job.claim.next));
  if (fault) return failed(*fault, "moving the " + name_of(job.part));
  if (connection_.matched() == 1) return Moved::Yes;
  auto position = read_position(job.part);
  if (!position) return position.error();
  const bool ours = *position && (*position)->epoch == job.claim.epoch;
  return ours && (*position)->next == job.end ? Moved::Already : Moved::Fenced;
}

Result<void> MysqlDatabase::write_rows(const Job& job) {
  std::optional<MysqlFault> fault;
  const MysqlRows::Run run = [&](const std::string& statement) -> Result<void> {
    fault = connection_.run(statement);
    if (fault) return error_of(*fault);
    return {};
  };
  auto done = job.target.rows.write(
      {job.target.table, job.rows, connection_, connection_.longest_statement() / 2, run}, steps_);
  if (done) return {};
  if (fault) return row_failed(job, *fault);
  roll_back();
  return done.error();
}

Error MysqlDatabase::row_failed(const Job& job, const MysqlFault& fault) {
  Error error = failed(fault, "");
  error = error_of(fault);
  if (cause_of(fault.code) != MysqlCause::Row) return error;
  if (const auto step = find_culprit(job))
    error.message += ", in row " + name_of_row(job.target.table, job.rows, step->row);
  return error;
}

std::optional<Step> MysqlDatabase::find_culprit(const Job& job) {
  if (!begin()) return {};
  const MysqlRows::Run run = [&](const std::string& statement) -> Result<void> {
    if (auto fault = connection_.run(statement)) return error_of(*fault);
    return {};
  };
  std::optional<Step> culprit;
  for (const Step& step : steps_) {
    if (job.target.rows.write(
            {job.target.table, job.rows, connection_, connection_.longest_statement() / 2, run},
            {step}))
      continue;
    culprit = step;
    break;
  }
  roll_back();
  return culprit;
}

}  // namespace streamworker::sink
