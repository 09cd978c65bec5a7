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

Trouble trouble_of(MysqlCause cause) {
  switch (cause) {
    case MysqlCause::Transient:
      return Trouble::Busy;
    case MysqlCause::Lost:
      return Trouble::Away;
    case MysqlCause::Schema:
      return Trouble::Schema;
    case MysqlCause::Denied:
      return Trouble::Denied;
    case MysqlCause::Row:  // of a statement without rows of ours
    case MysqlCause::Other:
      break;
  }
  return Trouble::Unknown;
}

// The server prepares no more statements (1461), or none of this kind (1295): text needs none.
bool is_without_preparing(unsigned code) { return code == 1461 || code == 1295; }

}  // namespace

Result<void> MysqlDatabase::connect() {
  if (connection_.is_open()) return {};
  if (auto fault = connection_.open(spec_)) return undone(*fault);
  arrays_ = form_ == MysqlForm::Arrays && connection_.takes_arrays();
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

Error MysqlDatabase::undone(const MysqlFault& fault) {
  const MysqlCause cause = cause_of(fault.code);
  if (cause == MysqlCause::Lost)
    connection_.close();
  else
    roll_back();
  trouble_ = trouble_of(cause);
  return error_of(fault);
}

Error MysqlDatabase::failed(const MysqlFault& fault, const std::string& doing) {
  return context(undone(fault), doing);
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
  if (auto done = catalog.prepare_offsets(); !done) return start_failed(done.error(), catalog);
  auto ready = catalog.prepare((*target)->name, table);
  if (!ready) return start_failed(ready.error(), catalog);
  (*target)->order = ready->order;
  return ready->warnings;
}

Error MysqlDatabase::start_failed(Error error, const MysqlCatalog& catalog) {
  connection_.close();
  trouble_ = catalog.cause() ? trouble_of(*catalog.cause()) : Trouble::Schema;
  return error;
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
    trouble_ = Trouble::Fatal;
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

Result<Written> MysqlDatabase::write(const Delivery& delivery, RowRefusals& refusals) {
  auto target = target_of(delivery.table);
  if (!target) return target.error();
  const Job job{delivery, **target, refusals};
  commit_unknown_ = false;
  auto written = write_batch(job);
  // The answer to COMMIT was lost. See the top of the header.
  if (!written && commit_unknown_) written = write_batch(job);
  if (!written) return context(written.error(), "writing to " + delivery.table.name);
  return written;
}

Result<Written> MysqlDatabase::write_batch(const Job& job) {
  steps_.start(job.target.table, job.delivery.rows, job.target.order);
  while (true) {
    auto written = transact(job);
    if (!written) return written.error();
    if (*written) return **written;
  }
}

Result<std::optional<Written>> MysqlDatabase::transact(const Job& job) {
  if (auto done = begin(); !done) return done.error();
  auto moved = move_position(job);
  if (!moved) return moved.error();
  if (*moved != Moved::Yes) {
    roll_back();
    return std::optional(*moved == Moved::Already ? Written::Done : Written::Fenced);
  }
  if (auto done = write_rows(job); !done) return done.error();
  if (steps_.unfolds()) {
    roll_back();
    return std::optional<Written>();
  }
  if (auto done = hand_over(job); !done) return done.error();
  if (auto fault = connection_.run("COMMIT")) {
    commit_unknown_ = cause_of(fault->code) == MysqlCause::Lost;
    return failed(*fault, "COMMIT");
  }
  return std::optional(Written::Done);
}

Result<void> MysqlDatabase::hand_over(const Job& job) {
  auto kept = steps_.hand_over(job.refusals, job.delivery.part);
  if (kept) return {};
  roll_back();
  trouble_ = kept.error().remedy == Remedy::Retry ? Trouble::Refusals : Trouble::Fatal;
  return kept;
}

Result<MysqlDatabase::Moved> MysqlDatabase::move_position(const Job& job) {
  const Delivery& to = job.delivery;
  auto fault = connection_.run(fmt::format(
      "UPDATE {} SET next_offset = {}, updated_at = CURRENT_TIMESTAMP(3){} AND epoch = {} AND "
      "next_offset = {}",
      kOffsetsTable, to.end, where(to.part), to.claim.epoch, to.claim.next));
  if (fault) return failed(*fault, "moving the " + name_of(to.part));
  if (connection_.matched() == 1) return Moved::Yes;
  auto position = read_position(to.part);
  if (!position) return position.error();
  const bool ours = *position && (*position)->epoch == to.claim.epoch;
  return ours && (*position)->next == to.end ? Moved::Already : Moved::Fenced;
}

Result<bool> MysqlDatabase::prepare_arrays(const MysqlRows& rows) {
  if (!arrays_ || steps_.steps().empty()) return false;
  const auto fault = connection_.prepare(rows.array_statement());
  if (!fault) return true;
  if (!is_without_preparing(fault->code)) return undone(*fault);
  arrays_ = false;
  return false;
}

Result<void> MysqlDatabase::write_rows(const Job& job) {
  MysqlRows& rows = job.target.rows;
  const auto outcome = [&](const std::optional<MysqlFault>& fault) -> Result<void> {
    if (!fault) return {};
    if (cause_of(fault->code) == MysqlCause::Row) return skip(error_of(*fault).message);
    return undone(*fault);
  };
  const MysqlRows::Run run = [&](const std::string& statement) {
    return outcome(connection_.run(statement));
  };
  const MysqlRows::RunArrays run_arrays = [&](const MysqlColumns& columns) {
    return outcome(connection_.run_arrays(rows.array_statement(), columns));
  };
  const auto arrays = prepare_arrays(rows);
  if (!arrays) return arrays.error();
  return write_steps({job.target.table, job.delivery.rows, connection_,
                      connection_.longest_statement() / 2, run, *arrays ? &run_arrays : nullptr},
                     rows, steps_.steps());
}

Result<void> MysqlDatabase::write_steps(const MysqlRows::Job& job, MysqlRows& rows,
                                        std::span<const Step> steps) {
  while (!steps.empty()) {
    auto done = rows.write(job, steps);
    if (done || done.error().remedy != Remedy::Skip) return done;
    const auto [first, count] = rows.failed();
    const auto failed = steps.subspan(first, count);
    if (count == 1) {
      steps_.refuse(failed.front().row, done.error().message);
    } else {
      if (auto half = write_steps(job, rows, failed.first(count / 2)); !half) return half;
      if (auto half = write_steps(job, rows, failed.subspan(count / 2)); !half) return half;
    }
    steps = steps.subspan(first + count);
  }
  return {};
}

}  // namespace streamworker::sink
