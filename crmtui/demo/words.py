"""What the made-up company sells, writes and says: products, places in a building, next steps, notes."""

from __future__ import annotations

PRODUCTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("Tilt-and-turn window, oak", "TT-OAK", "Windows", "640", "piece"),
    ("Tilt-and-turn window, uPVC", "TT-PVC", "Windows", "290", "piece"),
    ("Sash window, painted pine", "SW-PINE", "Windows", "710", "piece"),
    ("Fixed light, triple glazed", "FX-3G", "Windows", "380", "piece"),
    ("Roof window, top hung", "RW-TH", "Windows", "520", "piece"),
    ("Curtain wall, aluminium", "CW-AL", "Facades", "465", "m2"),
    ("Entrance door, oak", "ED-OAK", "Doors", "2150", "piece"),
    ("Entrance door, aluminium", "ED-AL", "Doors", "1780", "piece"),
    ("Interior door, white", "ID-WH", "Doors", "245", "piece"),
    ("Fire door, 60 minutes", "FD-60", "Doors", "980", "piece"),
    ("Lift-and-slide door, 3 m", "LS-3", "Doors", "3900", "piece"),
    ("External blind, motor", "EB-M", "Shading", "430", "piece"),
    ("Installation", "INST", "Services", "62", "hour"),
    ("Yearly maintenance", "MAINT", "Services", "24", "piece"),
)
"""Name, code, family, list price in major units, unit."""

ORDERS: dict[str, tuple[tuple[str, str, int, int], ...]] = {
    "home": (
        ("Oak windows", "TT-OAK", 4, 14), ("New windows", "TT-PVC", 5, 18), ("Roof windows", "RW-TH", 2, 6), ("Front door", "ED-OAK", 1, 1),
        ("Terrace door", "LS-3", 1, 2), ("Sash windows", "SW-PINE", 4, 12), ("Blinds", "EB-M", 4, 10),
    ),
    "builder": (
        ("Windows", "TT-PVC", 40, 160), ("Triple glazing", "FX-3G", 24, 90), ("Interior doors", "ID-WH", 40, 150),
        ("Oak windows", "TT-OAK", 16, 60), ("Entrance doors", "ED-AL", 6, 24),
    ),
    "housing": (
        ("Window replacement", "TT-PVC", 90, 320), ("Fire doors", "FD-60", 20, 70), ("Entrance doors", "ED-AL", 8, 36),
        ("Interior doors", "ID-WH", 80, 260),
    ),
    "hotel": (
        ("Oak windows", "TT-OAK", 24, 90), ("Room doors", "FD-60", 30, 95), ("Terrace doors", "LS-3", 6, 20), ("Blinds", "EB-M", 30, 110),
        ("Sash windows", "SW-PINE", 20, 80),
    ),
    "architect": (("Curtain wall", "CW-AL", 40, 190), ("Fixed lights", "FX-3G", 12, 48), ("Terrace doors", "LS-3", 2, 10)),
    "public": (
        ("Windows", "TT-PVC", 24, 110), ("Fire doors", "FD-60", 8, 30), ("Entrance", "ED-AL", 2, 8), ("Roof windows", "RW-TH", 8, 30),
    ),
    "shop": (("Shop front", "CW-AL", 14, 60), ("Entrance", "ED-AL", 1, 4), ("Windows", "FX-3G", 6, 24)),
}  # fmt: skip
"""What each kind of client orders: how the deal is titled, the product, the least and the most of it."""

PLACES: dict[str, tuple[str, ...]] = {
    "home": ("whole house", "kitchen", "attic", "garden side", "old wing", "ground floor", "bay", "winter garden", "upper floor"),
    "builder": ("plot 4", "plot 11", "plots 20-26", "show house", "phase 1", "phase 2", "mill quarter", "terrace row"),
    "housing": ("block A", "block C", "stairwells", "east side", "west side", "towers 1-3", "courtyard", "phase 2"),
    "hotel": ("guest rooms", "restaurant", "spa", "south wing", "lobby", "annex", "lake side"),
    "architect": ("library", "town hall", "villa", "studio house", "pavilion", "atrium"),
    "public": ("main building", "gymnasium", "canteen", "north wing", "workshop", "reading room"),
    "shop": ("high street", "market square", "corner shop", "station", "first branch"),
}

SOURCES = ("website", "referral", "showroom", "trade fair", "phone-in", "partner", "newsletter")
SOURCE_WEIGHTS = (30, 24, 14, 10, 10, 8, 4)

LOSSES = (("price", 34), ("chose another supplier", 22), ("project cancelled", 16), ("no reply", 14), ("lead time", 9), ("no budget", 5))
TO_A_COMPETITOR = ("price", "chose another supplier", "lead time")

NEEDS = (
    "Draughty single glazing, heating bills too high.", "Listed front: profiles must stay under 58 mm.", "Quiet rooms towards the road.",
    "Passive-house values, certificate asked for.", "Burglary class RC2 on the ground floor.", "Work only outside the season.",
    "Same look as the first phase.", "Barrier-free thresholds.",
)  # fmt: skip

NEXT_STEPS: tuple[tuple[str, ...], ...] = (
    ("Call to find out the need", "Send the brochure and call", "Invite to the showroom"),
    ("Measure on site", "Get the drawings", "Agree on colours and hardware"),
    ("Walk through the offer", "Send the revised offer", "Bring glass samples"),
    ("Agree on the delivery week", "Get the contract signed", "Settle the payment plan"),
)
"""By the stage a deal is in; the last group serves any further stage."""

CHORES = (
    "Order sample frames", "Update the price list", "Prepare the trade fair stand", "Check the demo window in the showroom",
    "Book the fitters for the holidays", "Write up the reference project",
)  # fmt: skip

CALLS = (
    ("reached", "Asked for the measurements, will mail them."), ("reached", "Happy with the samples, wants oak after all."),
    ("reached", "Board decides next week."), ("reached", "Compares us with one other offer."), ("reached", ""),
    ("reached", "Wants the fitting before the heating season."), ("no answer", ""), ("no answer", ""), ("voicemail", "Left a message."),
    ("call back", "Was on site, call back in the afternoon."), ("wrong number", ""),
)  # fmt: skip

MAILS = (
    ("Our offer", "Offer sent with drawings."), ("Re: our offer", "Questions about the glazing."),
    ("Drawings", "Plans of all floors came in."), ("Colour samples", "RAL fan sent."),
    ("Order confirmation", ""), ("Delivery week", "Week confirmed by the plant."),
    ("Re: payment plan", "Asks for three instalments."),
)  # fmt: skip

MEETINGS = ("Measured on site.", "Walked through the offer.", "Showroom visit, likes the slim profiles.", "Handover with the fitters.", "")

NOTES = ("Prefers mail to phone.", "Keys at the neighbour's.", "Crane needed on the street side.", "Pays within a week.")

MESSAGES = ("Sent photos of the old frames.", "Confirmed the appointment.", "Asked where the fitters park.")
