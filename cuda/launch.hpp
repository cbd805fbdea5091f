#pragma once

#include "gan/backend/cuda.cuh"
