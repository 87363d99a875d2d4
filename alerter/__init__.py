"""Early warning where extreme cold meets a damaged or threatened power grid."""

__version__ = "0.1.0"
