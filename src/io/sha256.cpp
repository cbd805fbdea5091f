// SHA-256 as specified in FIPS 180-4 (sections 4.1.2, 5.1.1 and 6.2.2), with its names.
#include "gan/io/sha256.hpp"

#include <array>
#include <bit>
#include <vector>

#include "src/io/file.hpp"

namespace gan::io {
namespace {

constexpr std::array<u32, 64> K{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using State = std::array<u32, 8>;

void absorb(State& h, const u8* block) {
  std::array<u32, 64> w;
  for (std::size_t t = 0; t < 16; ++t)
    w[t] = u32{block[4 * t]} << 24 | u32{block[4 * t + 1]} << 16 | u32{block[4 * t + 2]} << 8 | block[4 * t + 3];
  for (std::size_t t = 16; t < 64; ++t) {
    const u32 s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ w[t - 15] >> 3;
    const u32 s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  State v = h;
  for (std::size_t t = 0; t < 64; ++t) {
    auto& [a, b, c, d, e, f, g, last] = v;
    const u32 S1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25), ch = (e & f) ^ (~e & g);
    const u32 S0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22), maj = (a & b) ^ (a & c) ^ (b & c);
    const u32 t1 = last + S1 + ch + K[t] + w[t];
    v = {t1 + S0 + maj, a, b, c, d + t1, e, f, g};
  }
  for (std::size_t i = 0; i < 8; ++i) h[i] += v[i];
}

}  // namespace

std::string sha256(std::span<const u8> bytes) {
  State h{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::size_t done = 0;
  for (; done + 64 <= bytes.size(); done += 64) absorb(h, bytes.data() + done);
  // The rest, a 1 bit, zeros, and the number of bits: in one block, or in two if they do not fit.
  std::array<u8, 128> tail{};
  const std::size_t rest = bytes.size() - done, length = rest < 56 ? 64 : 128;
  std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(done), bytes.end(), tail.begin());
  tail[rest] = 0x80;
  const u64 bits = static_cast<u64>(bytes.size()) * 8;
  for (std::size_t i = 0; i < 8; ++i) tail[length - 1 - i] = static_cast<u8>(bits >> 8 * i);
  for (std::size_t at = 0; at < length; at += 64) absorb(h, tail.data() + at);

  std::string text;
  for (const u32 word : h)
    for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[word >> shift & 15];
  return text;
}

std::string sha256_of_file(const std::string& path) {
  const std::string bytes = read_file(path, i64{16} << 30, "sha256_of_file");
  return sha256(std::span(reinterpret_cast<const u8*>(bytes.data()), bytes.size()));
}

}  // namespace gan::io
