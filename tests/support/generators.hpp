// What the tests of generators out of files share: small nets, and files that hold them.
#pragma once

#include <filesystem>
#include <string>

#include "support/files.hpp"
#include "gan/core/fields.hpp"
#include "gan/io/weights.hpp"
#include "gan/models/dcgan.hpp"

namespace gan::test {

/// A folder that is gone when the test is over.
struct Folder {
  std::string path;
  Folder() {
    static int count = 0;
    path = test::temporary("generator_" + std::to_string(++count));
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

/// Writes a net's generator as training programs do.
template <class M>
void save(M& net, const std::string& path) {
  io::save_weights(net.G, path, {{"model", M::name}, {"options", write_fields(net.options)}});
}

inline models::DcganOptions small_options() { return {.channels = 3, .size = 32, .latent = 5, .features = 2}; }

/// A net whose running statistics and numbers have moved away from where they start.
inline models::Dcgan small_dcgan(models::DcganOptions options = small_options()) {
  models::Dcgan net(options);
  init(net, 3);
  Pass pass = Pass::training();
  NoGrad constant;
  Rng rng{4};
  net.G(randn<float>(Shape{8, options.latent}, rng), pass);
  return net;
}

}  // namespace gan::test
