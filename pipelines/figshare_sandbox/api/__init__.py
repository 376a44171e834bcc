"""The sandbox's endpoints: REST and Stats, as Figshare's documentation and real responses say."""
