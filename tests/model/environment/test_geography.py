"""Geography: consistency of districts, sectors and founder kinds."""

import numpy as np
import pytest

from sim.model.environment import geography, parameters


def test_as_many_as_the_plan_names() -> None:
    assert len(geography.districts()) == 25  # 24 towns and districts, and Cuiheng within them
    assert len(geography.sectors()) == 9
    assert len(geography.founder_kinds()) == 9
    for labelled in (*geography.districts(), *geography.sectors(), *geography.founder_kinds()):
        assert labelled.zh
        assert labelled.en
        assert labelled.zh != labelled.en


def test_every_sector_finds_a_place_and_clusters_pull() -> None:
    shares = geography.district_shares()
    assert shares.shape == (9, 25)
    assert shares.sum(axis=1) == pytest.approx(np.ones(9))
    assert (shares > 0).all()
    slugs = [d.slug for d in geography.districts()]
    lighting = shares[[s.slug for s in geography.sectors()].index("lighting")]
    # Guzhen (weight 2.5, lighting cluster) relative to Torch (weight 2.5, no cluster) gives the cluster pull
    assert lighting[slugs.index("guzhen")] / lighting[slugs.index("torch")] == pytest.approx(
        parameters.CLUSTER_PULL
    )


def test_clusters_name_sectors_that_there_are() -> None:
    sectors = {s.slug for s in geography.sectors()}
    for district in geography.districts():
        assert set(district.clusters) <= sectors, district.slug
        assert district.weight > 0
