namespace LlmSpell.Backup.Tests;

/// <summary>Random changes as disks and bad programs make them.</summary>
internal static class Mutation
{
    internal static byte[] Of(byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        switch (random.Next(6))
        {
            case 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 1:
                return bytes[..random.Next(bytes.Length)];
            case 2:
                byte[] tail = new byte[random.Next(1, 100)];
                random.NextBytes(tail);
                return [.. bytes, .. tail];
            case 3:
                int start = random.Next(bytes.Length);
                bytes.AsSpan(start, random.Next(bytes.Length - start) + 1).Clear();
                return bytes;
            case 4:
                int from = random.Next(bytes.Length);
                int count = random.Next(bytes.Length - from) + 1;
                bytes.AsSpan(from, count).Reverse();
                return bytes;
            default:
                int cut = random.Next(bytes.Length);
                int end = Math.Min(bytes.Length, cut + random.Next(1, 9));
                return [.. bytes[..cut], .. bytes[end..]];
        }
    }
}
