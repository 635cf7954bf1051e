//! The exercises, in the order of the chapters and of the slides.

use super::Exercise;

pub(super) static EXERCISES: &[Exercise] = &[
    Exercise {
        id: "descent-without-the-slope-of-the-output",
        result: 2,
        task: "Backprop multiplies the error of a logistic neuron by the slope σ′ of its output. Leave that factor out \
               of the gradient.",
        file: "crates/networks/src/neuron.rs",
        before: "-2.0 * h * k * r * pq",
        after: "-2.0 * h * k * r",
        breaks: &[
            "of 200 runs, how many end at (u, u, 0), ε = 0.01",
            "the distance from the minimum at 0.999 and at 1.001 of the largest stable rate, ε = 0.01",
            "of 200 runs, how many end at (u, u, 0), ε = 0.1",
            "the distance from the minimum at 0.999 and at 1.001 of the largest stable rate, ε = 0.1",
        ],
        answer: "What is left points downhill all the same, and is 0 at the same point: what is said of the place of the \
                 minimum, of its loss and its curvatures is still true, for none of that is asked of the gradient alone. \
                 But it is no gradient of the loss any more, so the minimizers that test their steps by its value do not \
                 arrive, and the largest stable rate is that of another curvature, 1/(ε(1 − ε)) times as large.",
    },
    Exercise {
        id: "the-bias-counts-double",
        result: 7,
        task: "The perceptron rule adds a misclassified point to the weights and its label to the bias. Add half of the \
               point.",
        file: "crates/networks/src/perceptron.rs",
        before: "y * x",
        after: "0.5 * y * x",
        breaks: &[
            "t among 5, …, 64 and 40 more up to 5000 for which one of the 24 cyclic orders takes another number than t + 3 or t + 4 updates",
        ],
        answer: "It is the rule as printed for points whose distances from the origin are divided by √2, so that it still \
                 separates, and Novikoff's bound for the points as they are still holds with room to spare. Only the exact \
                 count, t + 3 or t + 4, belongs to the rule as it is printed. The longest sequence of mistakes is found by \
                 a search of its own, which does not use the rule's code.",
    },
    Exercise {
        id: "curvatures-with-their-signs",
        result: 22,
        task: "The saddle-free Newton method divides by the sizes of the curvatures, |λ|. Divide by λ itself.",
        file: "crates/second-order/src/saddle_free_newton.rs",
        before: "-1.0 / (value.abs().max(floor) + self.damping)",
        after: "-1.0 / value",
        breaks: &[
            "factor of y per step of −|H|⁻¹∇f, 20 steps",
            "factor of the distance from the monkey saddle by the 30th step of −|H|⁻¹∇f",
        ],
        answer: "With their signs the method is Newton's, whose fit of a saddle has its stationary point at the saddle: \
                 the distance, which should double, is 0 after one step. Descent and Newton's method are other code.",
    },
    Exercise {
        id: "filters-of-one-length",
        result: 74,
        task: "A drawn direction through the weights of a network is scaled so that each unit's part is as long as the \
               unit's weights. Make each part one unit of length long.",
        file: "crates/landscape/src/filter_normalization.rs",
        before: "*d / length * wanted",
        after: "*d / length",
        breaks: &[
            "largest relative change of a slice along a direction with normalized filters when a layer of ReLUs is rescaled",
        ],
        answer: "A layer of ReLUs with eight times the weights is the same network if the next layer has an eighth of \
                 them, but a step of length 1 is now an eighth as far in the one and eight times in the other. Only \
                 steps measured in the weights themselves see the same surface. The pictures of saddles take unit \
                 vectors and planes of eigenvectors, which nothing scales.",
    },
    Exercise {
        id: "descent-with-half-a-step",
        result: 33,
        task: "Gradient descent steps by η∇f. Take half of that.",
        file: "crates/first-order/src/gradient_descent.rs",
        before: "*w - rate * g",
        after: "*w - T::from_f64(0.5) * rate * g",
        breaks: &[
            "gap at k = 100000, p = 3",
            "gap at k = 100000, p = 4",
            "gap at k = 100000, p = 6",
            "gap at k = 100000, p = 10",
            "gap at k = 100000, p = 30",
        ],
        answer: "Half a step is the whole step at half the rate. The powers of 1/k do not know the rate, and the bounds \
                 for η hold for η/2, for it is smaller and they allow more; only the gaps themselves, whose formulas \
                 contain η, are found elsewhere.",
    },
    Exercise {
        id: "acceleration-without-growth",
        result: 36,
        task: "The momentum of the accelerated method grows towards 1 with the steps. Keep it at a half.",
        file: "crates/first-order/src/momentum_sequence.rs",
        before: "T::from_f64(((t - 1.0) / next(t)).max(0.0))",
        after: "T::from_f64(0.5)",
        breaks: &[
            "slope of gap/R² from k = 30 to 100, accelerated",
            "steps of the accelerated method against 1/ε, exponent between k = 30 and 100",
        ],
        answer: "A constant momentum of ½ is worth a rate that is twice as large, which is descent: the gap falls with its \
                 power, nearly 3/2, not with 2. Its bound is of no use here: up to k = 100 descent stays below it, too.",
    },
    Exercise {
        id: "nesterov-without-a-look-ahead",
        result: 36,
        task: "Nesterov's method takes the gradient where the last step, made again, would lead. Take it where the \
               iterate is.",
        file: "crates/first-order/src/nesterov.rs",
        before: "*w + beta * v",
        after: "*w",
        breaks: &[
            "slope of gap/R² from k = 30 to 100, accelerated",
            "steps of the accelerated method against 1/ε, exponent between k = 30 and 100",
        ],
        answer: "In this form the way to that place is also the momentum: without it the velocity is written and never \
                 used, and what is left is gradient descent, with its powers. Which of two errors it was, this or a \
                 momentum that does not grow, these checks do not tell; those of R60 do.",
    },
    Exercise {
        id: "eigenvalues-without-their-roots",
        result: 37,
        task: "A^½ has the eigenvectors of A and the roots of its eigenvalues. Leave out the root.",
        file: "crates/hessian/src/eigen.rs",
        before: "value.max(0.0).sqrt()",
        after: "value.max(0.0)",
        breaks: &[
            "farthest element of A^½A^½ from A",
            "farthest element of A^-½A^½ from I",
            "farthest of ∇Ê from the gradient in w, 20 points",
            "farthest of ŵₖ from A^½wₖ at η = 0.3, 40 steps",
            "farthest of ŵₖ from A^½wₖ at η = 1, 40 steps",
            "farthest of ŵₖ from A^½wₖ at η = 1.7, 40 steps",
            "farthest that S = QA^½ leads from the rule in w, 40 steps",
            "farthest radius of a contour of Ê from its formula, in 20 directions of 6 variables",
        ],
        answer: "What is asked of A^½ fails: that its square is A, that A^-½ is its inverse, and everything that goes over \
                 to the normalized variables by it. What is said of A alone, of A^-½ alone or of diagonal scaling, which \
                 takes roots by itself, still holds.",
    },
    Exercise {
        id: "newton-with-the-sizes-of-the-pivots",
        result: 42,
        task: "Newton's method solves with the pivots of the Hessian as they are. Take their absolute values.",
        file: "crates/second-order/src/newton.rs",
        before: "factors.solve(|pivot| pivot, direction)",
        after: "factors.solve(|pivot| pivot.abs(), direction)",
        breaks: &[
            "one step of Newton's method on x² − y² from (3, 1)",
            "share of 4000 random starts from which Newton's method ends at minima of Himmelblau's function",
            "share of 4000 random starts from which Newton's method ends at saddles of Himmelblau's function",
            "share of 4000 random starts from which Newton's method ends at the maximum of Himmelblau's function",
        ],
        answer: "That makes a modified Newton method of it, which leads downhill wherever there is a hill: every start \
                 ends at a minimum, and the shares of saddles and maxima, which the claim is about, are gone. The other \
                 methods look at the signs by themselves.",
    },
    Exercise {
        id: "bfgs-without-its-first-scale",
        result: 44,
        task: "Before its first update BFGS scales H₀ = I by sᵀy/yᵀy, the curvature that its first step has met. Leave \
               H₀ as it is.",
        file: "crates/quasi-newton/src/bfgs.rs",
        before: "s_y / y_norm / y_norm",
        after: "1.0",
        breaks: &["gradients, products and Hessians of 20 steps of BFGS with n = 20"],
        answer: "With exact searches the directions are conjugate whatever multiple of the identity H₀ is, so that every \
                 formula holds. What the scale is for is the length of the first trial: without it the searches take more \
                 evaluations, and the count is the one check that sees it.",
    },
    Exercise {
        id: "a-rate-that-decays-a-step-early",
        result: 48,
        task: "Exponential decay is η₀e^(−βk) at step k = 0, 1, …. Begin with k = 1.",
        file: "crates/schedules/src/exponential_decay.rs",
        before: "self.rate * exp(-self.decay * step as f64)",
        after: "self.rate * exp(-self.decay * (step + 1) as f64)",
        breaks: &[
            "w∞/w₀ with exponential decay, c = 0.5, β = 1",
            "w∞/w₀ with exponential decay, c = 0.5, β = 0.1",
            "w∞/w₀ with exponential decay, c = 0.5, β = 0.03",
            "w∞/w₀ with exponential decay, c = 1.5, β = 1",
            "w∞/w₀ with exponential decay, c = 1.5, β = 0.3",
            "way of exponential decay down a slope of 1, β = 0.1",
            "budget that the schedule itself reports: exponential decay",
        ],
        answer: "The infinite product loses its first factor, 1 − c, and the sum its first term; the budget that the \
                 schedule reports is a formula of its own, which the way down the slope no longer meets. What linear and \
                 quadratic decay do does not depend on it.",
    },
    Exercise {
        id: "rprop-that-does-not-shrink",
        result: 53,
        task: "Rprop shrinks a step after a change of sign. Leave it as it was.",
        file: "crates/first-order/src/rprop.rs",
        before: "step_size * self.shrink",
        after: "step_size",
        breaks: &[
            "location after the first overshoot",
            "step at which Rprop leaves the table by hand",
            "how far the two readings are apart after the first overshoot, β = 0.3",
            "how far the two readings are apart after the first overshoot, β = ½",
            "how far the two readings are apart one step later, β = ½",
        ],
        answer: "Until the first overshoot nothing changes sign, so that the growth of the steps, the partial sums and the \
                 place of the overshoot are as predicted; everything after it is elsewhere. The table that was filled in \
                 by hand is not computed by this code.",
    },
    Exercise {
        id: "quickprop-without-a-limit",
        result: 56,
        task: "Quickprop's jump to the vertex of its parabola is at most μ times as long as the last one. Always take \
               the jump.",
        file: "crates/first-order/src/quickprop.rs",
        before: "growth * moved",
        after: "parabola",
        breaks: &[
            "location of Quickprop after 20 steps on −w",
            "second step on ½w² without its gradient term, S falls by a little less than 1/(1 + μ) of itself",
            "Quickprop, κ = 2: runs of 10 that end as NaN",
            "Quickprop, κ = 100: runs of 10 that go farther away than they began",
        ],
        answer: "Where the slope stays the same, as on −w, the parabola has no vertex, and 0 is divided by 0; where it \
                 hardly falls, the vertex is far away: that is what the limit is for. Where the slope falls fast the limit \
                 is never met, and those checks hold. All the same the runs with κ = 100 arrive, if by a detour.",
    },
    Exercise {
        id: "a-mean-of-weights-above-one",
        result: 58,
        task: "A running mean is m ← βm + (1 − β)g. Leave out the factor 1 − β.",
        file: "crates/first-order/src/momentum.rs",
        before: "T::ONE - beta",
        after: "T::ONE",
        breaks: &[
            "the same for a running average, m ← βm + (1 − β)g, β = 0.5",
            "the same for a running average, m ← βm + (1 − β)g, β = 0.9",
            "the same for a running average, m ← βm + (1 − β)g, β = 0.99",
        ],
        answer: "Without it the weights of the mean add up to 1/(1 − β), and the mean is the sum of slide 123: that is the \
                 difference between the two forms, and the whole of it. The velocity form has no such factor.",
    },
];
