namespace LlmSpell.Bench;

/// <summary>A program that is compared did not do what it was asked to: it is left out from then on, and the report says why.</summary>
internal sealed class ToolException : Exception
{
    internal ToolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
