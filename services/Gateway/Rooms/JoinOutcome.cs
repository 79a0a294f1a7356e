namespace Gateway.Rooms;

internal enum JoinOutcome
{
    Joined,
    Forbidden,
    TooMany,
}
