# Tests of the CUDA backend. On a machine with a GPU `ctest -R '^cuda'` runs them; without one they skip. The same tests
# run everywhere as emulated_*, on a device made of plain C++ (cuda_emulator/).
file(GLOB cuda_sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} cuda/*_test.cpp)
# Comparisons with PyTorch, which run on the CPU as tests of their own: suites whose names say Reference.
set(compared models/acgan_test.cpp models/conditional_dcgan_test.cpp models/convolutional_cgan_test.cpp
  models/dcgan_test.cpp models/infogan_test.cpp models/projection_gan_test.cpp
  models/system_reference_test.cpp nn/activation_test.cpp
  nn/attention_test.cpp nn/blur_test.cpp nn/conditional_norm_test.cpp nn/conv_test.cpp nn/dense_test.cpp
  nn/embedding_test.cpp nn/equalized_test.cpp nn/grouped_block_test.cpp nn/maxout_test.cpp nn/minibatch_test.cpp
  nn/norm_test.cpp nn/padding_test.cpp nn/pool_test.cpp nn/residual_test.cpp nn/sngan_blocks_test.cpp
  nn/spectral_norm_test.cpp nn/virtual_batch_norm_test.cpp nn/weight_norm_test.cpp objectives/adversarial_test.cpp
  objectives/auxiliary_test.cpp objectives/consistency_test.cpp objectives/energy_test.cpp
  objectives/feature_matching_test.cpp objectives/hinge_test.cpp objectives/interpolates_test.cpp
  objectives/lecam_test.cpp objectives/penalties_test.cpp objectives/penalty_test.cpp
  objectives/regularization_test.cpp objectives/relativistic_test.cpp objectives/semi_supervised_test.cpp
  objectives/two_class_test.cpp objectives/wasserstein_test.cpp ops/activation_softmax_test.cpp
  ops/grid_sample_test.cpp ops/indexing_test.cpp ops/linear_test.cpp ops/loss_test.cpp optim/adam_test.cpp
  optim/optimizer_spec_test.cpp optim/rmsprop_test.cpp optim/schedule_test.cpp optim/sgd_test.cpp
  train/ada_pipe_test.cpp train/diff_augment_test.cpp)
set(compared_rooms ${compared})
list(TRANSFORM compared_rooms REPLACE "/.*" "")
list(REMOVE_DUPLICATES compared_rooms)
set(on_cuda SKIP_RETURN_CODE 77 ENVIRONMENT GAN_TEST_DEVICE=cuda)

foreach(source IN LISTS compared ITEMS models/ring_test.cpp)
  string(REGEX REPLACE "_test.cpp$" "" name ${source})
  cmake_path(GET source PARENT_PATH room)
  string(REPLACE "/" "_" name ${name})
  set(only)
  if(source IN_LIST compared)
    set(only ONLY Reference)
  endif()
  gan_file_test(cuda_${name} ${room}_tests ${source} ${only} PROPERTIES LABELS cuda ${on_cuda})
endforeach()
set(compared_programs ${compared_rooms})
list(TRANSFORM compared_programs APPEND _tests)
add_custom_target(all_cuda_tests DEPENDS cuda_tests models_tests ${compared_programs})  # a machine without a GPU links them, too

if(BUILD_SHARED_LIBS OR NOT GAN_SANITIZE STREQUAL "")
  return()  # the library's own backend would be there twice; sanitizers do not follow the emulator's stacks
endif()

file(GLOB kernel_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cuda/*.cu)
set_source_files_properties(${kernel_sources} PROPERTIES LANGUAGE CXX)
add_library(gan_emulated OBJECT ${kernel_sources} cuda_emulator/memory.cpp
  cuda_emulator/streams.cpp cuda_emulator/graphs.cpp cuda_emulator/threads.cpp cuda_emulator/cudnn.cpp
  cuda_emulator/convolution.cpp)
target_compile_features(gan_emulated PRIVATE cxx_std_20)
target_compile_options(gan_emulated PRIVATE -O1)  # its loops stand for a device's kernels
target_include_directories(gan_emulated BEFORE PRIVATE cuda_emulator ${PROJECT_SOURCE_DIR}/include
  ${PROJECT_BINARY_DIR}/include ${PROJECT_SOURCE_DIR})

# gan_emulated(PROGRAM): the emulator's objects come before the library, so that the linker takes nothing of the library's
# own backend.
function(gan_emulated program)
  target_sources(${program} PRIVATE $<TARGET_OBJECTS:gan_emulated>)
  target_link_libraries(${program} PRIVATE gan::gan)
endfunction()

gan_test_program(emulated_tests cuda ${compared_rooms})
gan_emulated(emulated_tests)
foreach(source IN LISTS cuda_sources compared)
  string(REGEX REPLACE "_test.cpp$" "" name ${source})
  string(REPLACE "/" "_" name ${name})
  set(only)
  if(source IN_LIST compared)
    set(only ONLY Reference)
  endif()
  gan_file_test(emulated_${name} emulated_tests ${source} ${only} PROPERTIES LABELS emulated ${on_cuda})
endforeach()
# Once more without cuDNN and cuBLAS, so that the plain kernels get every shape.
foreach(file conv conv_choices conv_accuracy)
  gan_file_test(forced_reference_emulated_cuda_${file} emulated_tests cuda/${file}_test.cpp
    PROPERTIES LABELS emulated ENVIRONMENT GAN_CONV=reference)
endforeach()

set(own_op ${PROJECT_SOURCE_DIR}/examples/own_op.cu)
set_source_files_properties(${own_op} PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "-D__CUDACC__;-includecuda_runtime.h")
add_executable(emulated_own_op ${own_op})
gan_emulated(emulated_own_op)
target_include_directories(emulated_own_op BEFORE PRIVATE cuda_emulator)
add_test(NAME emulated_own_op COMMAND emulated_own_op WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
set_tests_properties(emulated_own_op PROPERTIES LABELS emulated TIMEOUT ${gan_test_timeout}
  PASS_REGULAR_EXPRESSION "cuda:0: f = .*first derivatives agree, second derivatives agree")

if(TARGET gpu)  # the benchmark: that it runs
  get_target_property(gpu_sources gpu SOURCE_DIR)
  add_executable(emulated_gpu ${gpu_sources}/gpu.cpp ${gpu_sources}/fixtures.cpp ${gpu_sources}/rounds.cpp)
  gan_emulated(emulated_gpu)
  add_dependencies(emulated_gpu gpu)  # makes step_floors.hpp
  target_include_directories(emulated_gpu PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/benchmarks)
  add_test(NAME emulated_gpu_benchmark COMMAND emulated_gpu mlp 8 --tiny --steps 3 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(emulated_gpu_benchmark PROPERTIES LABELS emulated TIMEOUT ${gan_test_timeout})
endif()
