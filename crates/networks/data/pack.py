"""Packs two data sets out of a scikit-learn wheel: python3 pack.py scikit_learn-*.whl

Writes digits.bin and breast_cancer.bin beside this file, in the format that crates/networks/src/data/stored.rs reads:

    n, columns, classes     u16 each, lowest byte first; the last column is the label
    for each column         decimals (u8), bits (u8), least (u32)
    n rows                  one after another, as a stream of bits, lowest bit first:
                            of every column `bits` bits, that hold value * 10^decimals - least

A number with few decimals is an integer over a power of ten, and the quotient of two integers below 2^53 is the double
nearest to it: exactly what parsing its text gives.
"""

import csv
import gzip
import io
import pathlib
import struct
import sys
import zipfile
from decimal import Decimal

HERE = pathlib.Path(__file__).parent


def pack(rows, classes):
    """The bytes of a table of decimal numbers, given as text; the labels come last in every row."""
    columns = list(zip(*rows))
    head = struct.pack("<HHH", len(rows), len(columns), classes)
    integers = []
    for column in columns:
        numbers = [Decimal(text) for text in column]
        decimals = max(0, *(-number.normalize().as_tuple().exponent for number in numbers))
        whole = [int(number.scaleb(decimals)) for number in numbers]
        for text, value in zip(column, whole):
            assert value / 10**decimals == float(text), text
        least = min(whole)
        bits = (max(whole) - least).bit_length()
        head += struct.pack("<BBI", decimals, bits, least)
        integers.append([(value - least, bits) for value in whole])
    stream, at = 0, 0
    for row in zip(*integers):
        for value, bits in row:
            stream |= value << at
            at += bits
    return head + stream.to_bytes((at + 7) // 8, "little")


def main(wheel):
    with zipfile.ZipFile(wheel) as archive:
        digits = gzip.decompress(archive.read("sklearn/datasets/data/digits.csv.gz")).decode()
        cancer = archive.read("sklearn/datasets/data/breast_cancer.csv").decode()
    digits = list(csv.reader(io.StringIO(digits)))
    cancer = list(csv.reader(io.StringIO(cancer)))[1:]  # without the head
    # The labels of the digits are written as floats in some versions.
    digits = [[str(int(float(text))) for text in row] for row in digits]
    for name, rows, classes in [("digits", digits, 10), ("breast_cancer", cancer, 2)]:
        data = pack(rows, classes)
        (HERE / f"{name}.bin").write_bytes(data)
        print(name, len(rows), "rows", len(rows[0]), "columns", len(data), "bytes")


if __name__ == "__main__":
    main(sys.argv[1])
