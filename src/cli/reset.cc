// reset --table T
#include <iostream>

#include "app/open_log.h"
#include "app/table_reset.h"
#include "base/format.h"
#include "base/startup_error.h"
#include "cli/commands.h"

namespace streamworker::cli {

namespace {

void check(const Result<void>& done) {
  if (!done) throw StartupError(done.error().message);
}

std::string names_of(const config::File& file) {
  std::vector<std::string> names;
  for (const config::Table& table : file.tables) names.push_back(table.name);
  return names.empty() ? "it has none" : fmt::format("it has {}", fmt::join(names, ", "));
}

void tell(const TableReset& reset, const ResetPlan& plan, const std::string& table) {
  std::cerr << fmt::format("table {} is to be built again from {}\n", table,
                           fmt::join(reset.sources(), ", "));
  auto others = reset.tables();
  std::erase(others, table);
  if (!others.empty())
    std::cerr << fmt::format("and so are those that read it, or that it reads: {}\n",
                             fmt::join(others, ", "));
  std::cerr << fmt::format("to be emptied: {}\n", fmt::join(reset.changelogs(), ", "));
  if (!plan.told.empty())
    std::cerr << fmt::format("to be told the rows again, as they come: {}\n",
                             fmt::join(plan.told, "; "));
}

}  // namespace

int reset(const FileOptions& options, const ResetOptions& wanted) {
  const config::File file = load(options);
  const Plan plan = compile(file);
  const auto what = plan_reset(plan, wanted.table);
  if (!what && what.error().remedy == Remedy::Skip) {
    std::cerr << "streamworker: " << what.error().message << "; " << names_of(file) << "\n";
    return kUsage;
  }
  if (!what) throw StartupError(what.error().message);
  const auto log = open_log(file);
  const SystemClock clock;
  TableReset reset(*log, file, plan, *what, clock);
  check(reset.check(wanted.force));
  tell(reset, *what, wanted.table);
  if (wanted.dry_run) {
    std::cerr << "nothing was changed\n";
    return kDone;
  }
  check(reset.run());
  std::cerr << "done; start the workers\n";
  return kDone;
}

}  // namespace streamworker::cli
