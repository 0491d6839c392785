SEEN = {
    "estuary": ["curlew", "redshank"],
    "wood": ["nuthatch"],
}
