"""Small extracts as a user would choose them: good, faulty, and with columns of their own."""

BUDGET = """aar;konto;budgettype;beloeb
2026;528231001;oprindeligt;1.500.000,00
2026;528221004;oprindeligt;800.000,00
"""
POSTINGS = """periode;konto;beloeb
2026-01;528231001;100.000,00
2026-02;528231001;110.000,00
2026-02;528221004;60.000,00
"""
FAULTY = """periode;konto;beloeb
2026-01;528231001;100.000,00
2026-02;999999999;110.000,00
2026-02;528221004;mange penge
"""
OWN_COLUMNS = """Bogføringsperiode;Artskonto;Udgift i kr.
2026-01;528231001;100.000,00
2026-02;528221004;60.000,00
"""
SPELLS = "indsats_id;borger_id;type;startdato;slutdato;takst;enhed\n" + "".join(
    f"A{at};B{at};Plejefamilie;01-01-2026;;1.400,00;doegn\n" for at in range(5)
)
NEW_IDS = SPELLS.replace("\nA", "\nNY")
