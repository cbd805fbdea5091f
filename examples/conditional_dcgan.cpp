// Trains the authors' conditional DCGAN (Radford, Metz & Chintala 2015, section 5.3) on 28 x 28 images with labels.
// Each column of the sample grids is one class.
//   build/release/examples/conditional_dcgan --data mnist --out runs/conditional_dcgan --epochs 5
#include <gan/app/training.hpp>
#include <gan/models/conditional_dcgan.hpp>

int main(int argc, char** argv) {
  using namespace gan;
  return app::run(argc, argv, [](int count, char** words) {
    const auto system = models::entry_of<models::ConditionalDcgan>();
    app::TrainingFlags flags{.out = "runs/conditional_dcgan"};
    flags.take(models::ConditionalDcgan::recipe());
    return app::train_program(count, words, system, flags);
  });
}
