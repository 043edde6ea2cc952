"""Places, sectors and founder kinds: data that add up."""

import numpy as np
import pytest

from sim.model import places


def test_as_many_as_the_plan_names() -> None:
    assert len(places.districts()) == 25  # 24 towns and districts, and Cuiheng within them
    assert len(places.sectors()) == 9
    assert len(places.founder_kinds()) == 9
    for labelled in (*places.districts(), *places.sectors(), *places.founder_kinds()):
        assert labelled.zh
        assert labelled.en
        assert labelled.zh != labelled.en


def test_every_sector_finds_a_place_and_clusters_pull() -> None:
    shares = places.district_shares()
    assert shares.shape == (9, 25)
    assert shares.sum(axis=1) == pytest.approx(np.ones(9))
    assert (shares > 0).all()
    slugs = [d.slug for d in places.districts()]
    lighting = shares[[s.slug for s in places.sectors()].index("lighting")]
    # Guzhen (weight 2.5, a cluster) against Torch (weight 2.5, none for lighting): the pull itself
    assert lighting[slugs.index("guzhen")] / lighting[slugs.index("torch")] == pytest.approx(
        places.CLUSTER_PULL
    )


def test_clusters_name_sectors_that_there_are() -> None:
    sectors = {s.slug for s in places.sectors()}
    for district in places.districts():
        assert set(district.clusters) <= sectors, district.slug
        assert district.weight > 0
