"""A second way to everything: one stacked matrix per subject, nothing shared with our code.

The design comes from patsy, derivatives of V by differences, formulas from the articles.
"""

from collections import defaultdict
from functools import cached_property

import numpy as np
from patsy import dmatrix
from scipy.optimize import minimize


class DenseModel:
    """Subjects as (X_i, y_i, observed visits, group, weights).

    Columns of the design are named as in R and come in the order of `names`.
    """

    def __init__(self, frame, formula, response, visits, names, group=None, weights=None):
        used = frame.dropna(subset=[response]).sort_values(["USUBJID", "AVISIT"])
        design = dmatrix(formula, used, return_type="dataframe")
        plain = [c.replace("[T.", "").replace("]", "") for c in design.columns]
        design.columns = ["(Intercept)" if c == "Intercept" else c for c in plain]
        design = design[list(names)]
        self.n_visits = len(visits)
        self.groups = [None] if group is None else sorted(used[group].unique())
        self.subjects = []
        for _, rows in used.groupby("USUBJID"):
            seen = [visits.index(v) for v in rows.AVISIT]
            w = np.ones(len(rows)) if weights is None else rows[weights].to_numpy()
            g = 0 if group is None else self.groups.index(rows[group].iloc[0])
            x, y = design.loc[rows.index].to_numpy(), rows[response].to_numpy(dtype=float)
            self.subjects.append((x, y, seen, g, w))

    def covariances(self, sigma):
        for _, _, seen, g, w in self.subjects:
            yield sigma[g][np.ix_(seen, seen)] / np.sqrt(np.outer(w, w))

    def estimate(self, sigma):
        """beta and Phi by generalised least squares."""
        information, score = 0.0, 0.0
        for (x, y, *_), v in zip(self.subjects, self.covariances(sigma), strict=True):
            information = information + x.T @ np.linalg.solve(v, x)
            score = score + x.T @ np.linalg.solve(v, y)
        return np.linalg.solve(information, score), np.linalg.inv(information)

    def log_likelihood(self, sigma, reml=True):
        """As written in the specification, term by term."""
        information, score, solved, total, n = 0.0, 0.0, [], 0.0, 0
        for x, y, seen, g, w in self.alike:
            v = sigma[g][np.ix_(seen, seen)] / np.sqrt(w[:, :, None] * w[:, None, :])
            of_x = np.linalg.solve(v, x)
            of_y = np.linalg.solve(v, y[:, :, None])
            information = information + np.einsum("sip,siq->pq", x, of_x)
            score = score + np.einsum("sip,siq->pq", x, of_y)[:, 0]
            total += np.linalg.slogdet(v)[1].sum()
            n += y.size
            solved.append((x, y, of_x, of_y[:, :, 0]))
        beta = np.linalg.solve(information, score)
        for x, y, of_x, of_y in solved:
            total += np.sum((y - x @ beta) * (of_y - of_x @ beta))
        total += (n - (len(beta) if reml else 0)) * np.log(2 * np.pi)
        return -0.5 * (total + (np.linalg.slogdet(information)[1] if reml else 0.0))

    @cached_property
    def alike(self):
        """The subjects seen at the same visits, stacked: a maximisation asks a thousand times."""
        found = defaultdict(list)
        for x, y, seen, g, w in self.subjects:
            found[g, tuple(seen)].append((x, y, w))
        return [
            (*(np.stack(part) for part in list(zip(*own, strict=True))[:2]), list(seen), g,
             np.stack([w for _, _, w in own]))
            for (g, seen), own in found.items()
        ]  # fmt: skip

    def maximise(self, reml=True):
        """Direct maximisation over Cholesky factors; gives covariances and log-likelihood."""
        m, size = self.n_visits, self.n_visits * (self.n_visits + 1) // 2

        def unpack(theta):
            sigma = []
            for part in theta.reshape(len(self.groups), size):
                factor = np.zeros((m, m))
                factor[np.tril_indices(m)] = part
                np.fill_diagonal(factor, np.exp(np.diag(factor)))
                sigma.append(factor @ factor.T)
            return sigma

        sd = np.std(np.concatenate([y for _, y, *_ in self.subjects]))
        one = np.zeros((m, m))
        np.fill_diagonal(one, np.log(sd))
        start = np.tile(one[np.tril_indices(m)], len(self.groups))
        for _ in range(3):
            found = minimize(
                lambda theta: -self.log_likelihood(unpack(theta), reml),
                start,
                method="BFGS",
                options={"gtol": 1e-7, "maxiter": 500},
            )
            start = found.x
        return unpack(start), -found.fun


def differentiate(function, x, step=1e-4):
    """First derivatives (n, ...) by central differences of fourth order."""
    rows = []
    for h in range(len(x)):
        e = np.zeros(len(x))
        e[h] = step
        f = [np.asarray(function(x + k * e)) for k in (-2, -1, 1, 2)]
        rows.append((f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * step))
    return np.array(rows)


def kenward_roger(model, sigma_of, theta, w, second=True):
    """Phi, adjusted Phi, and P as in the article; sigma_of(theta) gives (m, m)."""
    first = differentiate(sigma_of, theta)
    bend = differentiate(lambda t: differentiate(sigma_of, t), theta, 1e-3)
    n = len(theta)
    _, phi = model.estimate([sigma_of(theta)])
    p = np.zeros((n, *phi.shape))
    q = np.zeros((n, n, *phi.shape))
    r = np.zeros_like(q)
    for x, _, seen, _, weight in model.subjects:
        at = np.ix_(seen, seen)
        scale = 1 / np.sqrt(np.outer(weight, weight))
        inverse = np.linalg.inv(sigma_of(theta)[at] * scale)
        lifted = x.T @ inverse
        for h in range(n):
            vh = first[h][at] * scale
            p[h] -= lifted @ vh @ lifted.T
            for k in range(n):
                vk = first[k][at] * scale
                q[h, k] += lifted @ vh @ inverse @ vk @ lifted.T
                r[h, k] += lifted @ (bend[h, k][at] * scale) @ lifted.T
    middle = np.zeros_like(phi)
    for h in range(n):
        for k in range(n):
            part = q[h, k] - p[h] @ phi @ p[k] - (r[h, k] / 4 if second else 0)
            middle += w[h, k] * part
    return phi, phi + 2 * phi @ middle @ phi, p
