namespace LlmSpell.Bench;

/// <summary>Says on standard error how far a long command is.</summary>
internal static class Progress
{
    internal static void Say(string what) =>
        Console.Error.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {what}");
}
