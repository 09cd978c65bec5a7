#include "base/metrics_process.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <sys/resource.h>
#include <unistd.h>

namespace streamworker {
namespace {

// The fields of proc(5) /proc/self/stat that are asked for, by their numbers there.
constexpr size_t kUserTime = 14;
constexpr size_t kSystemTime = 15;
constexpr size_t kStartTime = 22;
constexpr size_t kVirtualSize = 23;
constexpr size_t kResidentPages = 24;

// Fields from number 3 on; the second is the program's name in parentheses and may hold anything.
std::vector<double> stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const size_t end = line.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream rest(line.substr(end + 1));
  std::string state;
  rest >> state;
  std::vector<double> fields(4, 0);
  for (double value = 0; rest >> value;) fields.push_back(value);
  return fields.size() > kResidentPages ? fields : std::vector<double>{};
}

std::optional<double> boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  return std::nullopt;
}

std::optional<double> open_files() {
  std::error_code failed;
  double files = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", failed), end; !failed && it != end;
       it.increment(failed))
    ++files;
  // The directory itself is open while it is read.
  return failed ? std::nullopt : std::optional(files - 1);
}

}  // namespace

std::vector<ProcessFigure> process_figures() {
  std::vector<ProcessFigure> out;
  const auto add = [&](const char* name, const char* help, bool counts, double value) {
    out.push_back({name, help, counts, value});
  };
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  if (const auto stat = stat_fields(); !stat.empty()) {
    add("process_cpu_seconds_total", "CPU time of the process, user and system, in seconds.", true,
        (stat[kUserTime] + stat[kSystemTime]) / ticks);
    add("process_resident_memory_bytes", "Memory of the process that is in RAM.", false,
        stat[kResidentPages] * static_cast<double>(sysconf(_SC_PAGESIZE)));
    add("process_virtual_memory_bytes", "Virtual memory of the process.", false,
        stat[kVirtualSize]);
    if (const auto boot = boot_time())
      add("process_start_time_seconds", "When the process started, in seconds since 1970.", false,
          *boot + stat[kStartTime] / ticks);
  }
  if (const auto files = open_files())
    add("process_open_fds", "Open file descriptors.", false, *files);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    add("process_max_fds", "Most file descriptors that may be open.", false,
        static_cast<double>(limit.rlim_cur));
  return out;
}

}  // namespace streamworker
