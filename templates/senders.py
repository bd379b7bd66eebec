"""Who is a mail from? The name that stands before its address."""

from templates.brands import Brand
from templates.contexts import Answer, MailContext
from templates.languages import languages
from templates.regular_contexts import CameOfIt


def from_name(context: MailContext, brand: Brand) -> str:
    """The brand, and in an answer the first name of who wrote it, in the brand's language."""
    if isinstance(context, Answer | CameOfIt) and context.staff_name:
        say = languages()[brand.language].say
        return say("{name} at {brand}", name=context.staff_name, brand=brand.sender_name)
    return brand.sender_name
