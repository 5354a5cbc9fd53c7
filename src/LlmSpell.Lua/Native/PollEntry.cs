namespace LlmSpell.Lua.Native;

/// <summary>A <c>struct pollfd</c>.</summary>
internal struct PollEntry
{
    internal int Descriptor;
    internal short Events;
#pragma warning disable CS0649 // The kernel writes it.
    internal short Returned;
#pragma warning restore CS0649
}
