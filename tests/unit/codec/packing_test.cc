// Packings: there and back, what other programs wrote, damage at every byte, bombs.
#include <random>

#include "codec/packing_chain.h"
#include "config/format.h"
#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)
using config::Packing;

namespace {

constexpr Packing kAll[] = {Packing::Base64, Packing::Gzip, Packing::Zlib,
                            Packing::Snappy, Packing::Lz4,  Packing::Zstd};
constexpr std::string_view kText = R"({"id": 7, "name": "Zoë", "ok": true})";

std::string packed(const std::vector<Packing>& packings, std::string_view bytes) {
  PackingChain chain(packings);
  const auto out = chain.pack(bytes);
  REQUIRE(out);
  return std::string(*out);
}

// What comes out, or "error: " and why.
std::string unpacked(PackingChain& chain, std::string_view bytes) {
  const std::string before(bytes);
  const auto out = chain.unpack(bytes);
  CHECK(bytes == before);
  if (out) return std::string(*out);
  CHECK(out.error().remedy == Remedy::Skip);
  return "error: " + out.error().message;
}

std::string unpacked(const std::vector<Packing>& packings, std::string_view bytes) {
  PackingChain chain(packings);
  return unpacked(chain, bytes);
}

std::string bytes_of(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i < hex.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}

std::string noise(size_t size) {
  std::mt19937 random(7);
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

bool is_error(const std::string& out) { return out.starts_with("error: "); }

}  // namespace

TEST_CASE("each packing and chains of them, there and back") {
  const std::string texts[] = {"",
                               "a",
                               "ab",
                               "abc",
                               std::string(kText),
                               std::string(100'000, 'x'),
                               noise(1),
                               noise(4095),
                               noise(300'000),
                               std::string(3 << 20, 'y')};
  std::vector<std::vector<Packing>> chains = {{}};
  for (const Packing one : kAll) {
    chains.push_back({one});
    for (const Packing two : kAll) chains.push_back({one, two});
  }
  chains.push_back({std::begin(kAll), std::end(kAll)});
  for (const auto& packings : chains) {
    INFO(to_string(config::Format{config::Form::Json, packings}));
    PackingChain writer(packings);
    PackingChain reader(packings);
    for (const std::string& text : texts) {
      const auto out = writer.pack(text);
      REQUIRE(out);
      CHECK((unpacked(reader, *out) == text));
    }
  }
}

TEST_CASE("what Python and the command lines write") {
  // base64.b64encode, gzip.compress, zlib.compress of Python 3.11.
  CHECK(unpacked({Packing::Base64}, "eyJpZCI6IDcsICJuYW1lIjogIlpvw6siLCAib2siOiB0cnVlfQ==") ==
        kText);
  const std::string gzip = bytes_of(
      "1f8b080000f1536502ffab56ca4c51b25230d75150ca4bcc4d053295a2f20faf5602f2f3b381bc92a2d2d45a00"
      "f394207a25000000");
  CHECK(unpacked({Packing::Gzip}, gzip) == kText);
  CHECK(unpacked({Packing::Zlib},
                 bytes_of("789cab56ca4c51b25230d75150ca4bcc4d053295a2f20faf5602f2f3b381bc92a2d2d45a"
                          "00c6280b25")) == kText);
  // gzip with the file's name; zstd 1.5.4 of a file and of a pipe, which does not know its size;
  // lz4 1.9.4.
  CHECK(unpacked({Packing::Gzip},
                 bytes_of("1f8b08082d21076b0003742e6a736f6e00ab56ca4c51b25230d75150ca4bcc4d053295a2"
                          "f20faf5602f2f3b381bc92a2d2d45a00f394207a25000000")) == kText);
  const std::string body =
      "7b226964223a20372c20226e616d65223a20225a6fc3ab222c20226f6b223a20747275657d";
  CHECK(unpacked({Packing::Zstd}, bytes_of("28b52ffd2425290100" + body + "e9992494")) == kText);
  CHECK(unpacked({Packing::Zstd}, bytes_of("28b52ffd0458290100" + body + "e9992494")) == kText);
  CHECK(unpacked({Packing::Lz4}, bytes_of("04224d186440a725000080" + body + "00000000face8b3a")) ==
        kText);
  // snappy.compress writes a block.
  CHECK(unpacked({Packing::Snappy}, bytes_of("0b28") + "Wikipedia!!") == "Wikipedia!!");
  CHECK(unpacked({Packing::Gzip}, gzip + gzip) == std::string(kText) + std::string(kText));
  // What is packed here is what they would read.
  CHECK(packed({Packing::Base64}, kText) == "eyJpZCI6IDcsICJuYW1lIjogIlpvw6siLCAib2siOiB0cnVlfQ==");
  CHECK(packed({Packing::Zlib}, kText).substr(0, 2) == "\x78\x9c");
  CHECK(packed({Packing::Gzip}, kText).substr(0, 3) == "\x1f\x8b\x08");
}

TEST_CASE("frames one after the other") {
  for (const Packing packing : {Packing::Gzip, Packing::Lz4, Packing::Zstd}) {
    INFO(to_string(packing));
    const std::string a = packed({packing}, "first ");
    const std::string b = packed({packing}, "");
    const std::string c = packed({packing}, std::string(200'000, 'z'));
    CHECK((unpacked({packing}, a + b + c) == "first " + std::string(200'000, 'z')));
  }
}

TEST_CASE("what is cut short, or followed by something else, is refused") {
  for (const Packing packing : kAll) {
    INFO(to_string(packing));
    PackingChain chain({packing});
    for (const std::string& text : {std::string(kText), noise(40), std::string(2000, 'q')}) {
      const std::string whole = packed({packing}, text);
      for (size_t size = packing == Packing::Base64 ? 1 : 0; size < whole.size(); ++size) {
        INFO(size);
        const std::string out = unpacked(chain, std::string_view(whole).substr(0, size));
        // Base64 has no end of its own: every fourth cut is a text of fewer bytes.
        CHECK((is_error(out) || (packing == Packing::Base64 && size % 4 == 0)));
      }
      CHECK(is_error(unpacked(chain, whole + "x")));
      CHECK(is_error(unpacked(chain, whole + std::string(1, '\0'))));
      CHECK(is_error(unpacked(chain, whole + "some more bytes")));
      CHECK((unpacked(chain, whole) == text));
    }
  }
  CHECK(unpacked({Packing::Gzip}, "{}") == "error: gzip: incorrect header check");
  CHECK(unpacked({Packing::Gzip}, "") == "error: gzip: it is cut short");
  CHECK(unpacked({Packing::Zlib}, packed({Packing::Zlib}, "a") + "xy") ==
        "error: zlib: 2 bytes behind the end");
  CHECK(unpacked({Packing::Gzip, Packing::Base64}, "e30=") ==
        "error: gzip: incorrect header check");
  CHECK(unpacked({Packing::Snappy}, std::string("\xff\x06\x00\x00sNaPpY", 10)) ==
        "error: snappy: a snappy stream in frames, where one block is expected");
}

TEST_CASE("a damaged byte is refused, or changes no more than what it says") {
  for (const Packing packing : kAll) {
    INFO(to_string(packing));
    PackingChain chain({packing});
    const std::string text = std::string(kText) + std::string(300, 'r');
    const std::string whole = packed({packing}, text);
    const bool checked =
        packing == Packing::Gzip || packing == Packing::Zlib || packing == Packing::Lz4;
    for (size_t at = 0; at < whole.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        INFO(at << " bit " << bit);
        const std::string out = unpacked(chain, damaged);
        if (checked) CHECK((is_error(out) || out == text));
        CHECK(out.size() <= kMostUnpacked);
      }
    }
    CHECK((unpacked(chain, whole) == text));
  }
}

TEST_CASE("bombs are refused") {
  const std::string large(kMostUnpacked + 1, '\0');
  for (const Packing packing : kAll) {
    if (packing == Packing::Base64) continue;
    INFO(to_string(packing));
    const std::string bomb = packed({packing}, large);
    CHECK(unpacked({packing}, bomb) ==
          "error: " + to_string(packing) + ": more than 64 MiB when it is unpacked");
    const std::string most = packed({packing}, std::string_view(large).substr(1));
    CHECK(unpacked({packing}, most).size() == kMostUnpacked);
  }
  // Many members, each small; a packing within another; a size that is a lie.
  const std::string member = packed({Packing::Gzip}, std::string(1 << 20, '\0'));
  std::string members;
  for (int i = 0; i < 65; ++i) members += member;
  CHECK(is_error(unpacked({Packing::Gzip}, members)));
  const std::string twice = packed({Packing::Zstd, Packing::Gzip}, large);
  CHECK(twice.size() < 1000);
  CHECK(is_error(unpacked({Packing::Zstd, Packing::Gzip}, twice)));
  CHECK(is_error(unpacked({Packing::Snappy}, "\xff\xff\xff\xff\x0f")));
  CHECK(is_error(unpacked({Packing::Snappy}, bytes_of("80808020") + "x")));
}

TEST_CASE("noise is refused or unpacked") {
  std::mt19937 random(11);
  for (const Packing packing : kAll) {
    PackingChain chain({packing});
    const std::string whole = packed({packing}, noise(200) + std::string(500, 'n'));
    for (int round = 0; round < 3000; ++round) {
      std::string damaged = whole;
      for (auto changes = 1 + random() % 4; changes > 0; --changes)
        damaged[random() % damaged.size()] = static_cast<char>(random());
      if (random() % 3 == 0) damaged.erase(random() % damaged.size(), random() % 9);
      const auto out = chain.unpack(damaged);
      CHECK((!out || out->size() <= kMostUnpacked));
    }
  }
}
