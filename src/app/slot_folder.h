// The worker's own folder, `<state.dir>/<app>/<slot>`: the first that no other process has locked.
//
// Workers that share a state folder on one host take different slots; a restart takes the one that
// it had, and with it the id that its members' names are made of. The lock goes with the process.
#pragma once

#include <string>

namespace streamworker {

class SlotFolder {
 public:
  // Throws StartupError: the folder cannot be made or written.
  SlotFolder(const std::string& state_dir, const std::string& app);
  ~SlotFolder();
  SlotFolder(const SlotFolder&) = delete;
  SlotFolder& operator=(const SlotFolder&) = delete;

  int number() const { return number_; }
  const std::string& folder() const { return folder_; }
  // Made once, when the slot was first taken: 8 hex digits.
  const std::string& id() const { return id_; }

 private:
  bool take(const std::string& folder);

  int number_ = 0;
  int lock_ = -1;
  std::string folder_;
  std::string id_;
};

}  // namespace streamworker
