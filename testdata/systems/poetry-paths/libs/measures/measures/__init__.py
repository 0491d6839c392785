def pounds(kilograms: float) -> float:
    return round(kilograms * 2.20462, 2)
